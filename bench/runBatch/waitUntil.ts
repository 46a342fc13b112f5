import { setTimeout as delay } from "node:timers/promises";

/** Asks until `reached` says yes. False when `ended` comes first: then it never will. */
export async function waitUntil(
  reached: () => Promise<boolean>,
  ended: PromiseLike<unknown>,
  everyMs: number,
): Promise<boolean> {
  const end = Promise.resolve(ended).then(() => "ended" as const);
  for (;;) {
    if (await reached()) return true;
    if ((await Promise.race([end, delay(everyMs)])) === "ended") return await reached();
  }
}
