import type { ManagedEngine } from "../../run/managedEngine.ts";

/**
 * Calls `look` now and whenever the engine is waited for in other words, until it says that this is enough. Resolves
 * then, when the engine is given up, or at the signal.
 */
export async function untilSettled(
  engine: Pick<ManagedEngine, "failure" | "notReady" | "onChange">,
  signal: AbortSignal,
  look: () => boolean,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  let words: string | null | undefined;
  const changed = (): void => {
    if (engine.notReady === words && engine.failure === null) return;
    words = engine.notReady;
    if (engine.failure !== null || look()) end();
  };
  signal.addEventListener("abort", end, { once: true });
  engine.onChange = changed;
  changed();
  if (signal.aborted) end();
  await promise;
  engine.onChange = null;
  signal.removeEventListener("abort", end);
}
