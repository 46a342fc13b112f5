import type { Supervisor } from "../../engine/managed/io/supervisor.io.ts";

/** Resolves when an engine is given up, when it answers (unless only its end is of interest), or at the signal. */
export async function untilSettled(
  engine: Supervisor,
  signal: AbortSignal,
  { awaits, onProgress }: { awaits: "answers" | "end"; onProgress?: (words: string) => void },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const look = (): void => {
    if (engine.failure !== null) end();
    else if (engine.notReady !== null) onProgress?.(engine.notReady);
    else if (awaits === "answers") end();
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  engine.onChange = look;
  look();
  await promise;
  engine.onChange = null;
  signal.removeEventListener("abort", end);
}
