import { setTimeout as delay } from "node:timers/promises";
import type { HostFailure, HostLine } from "../../../../scripts/vscode/host/hostResults.ts";
import type { HostTest } from "./hostTest.ts";

/** Runs tests one after another and writes the result of each as it ends. Gives the number of those that failed. */
export async function runTests(
  tests: readonly HostTest[],
  around: { readonly write: (line: HostLine) => void; readonly afterEach: () => Promise<void> },
): Promise<number> {
  let failed = 0;
  for (const { file, name, body, timeoutMs } of tests) {
    const start = performance.now();
    const failure = await failureOf(async () => {
      try {
        await withinTime(body, timeoutMs);
      } finally {
        await around.afterEach();
      }
    });
    if (failure !== null) failed++;
    around.write({ file, name, durationMs: Math.round(performance.now() - start), failure });
  }
  around.write({ endOf: tests.length });
  return failed;
}

/** What went wrong, or null. */
async function failureOf(work: () => Promise<void>): Promise<HostFailure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error));
    return { message: thrown.message, stack: thrown.stack ?? thrown.message };
  }
}

async function withinTime(work: HostTest["body"], timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const late = async () => {
    await delay(timeoutMs, undefined, { signal: over.signal });
    throw new Error(`The test was not done after ${timeoutMs / 1000} s.`);
  };
  const watch = late();
  // Ended by the abort, it has nothing to say.
  watch.catch(() => undefined);
  try {
    await Promise.race([work(), watch]);
  } finally {
    over.abort();
  }
}
