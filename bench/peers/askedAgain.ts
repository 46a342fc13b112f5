import type { ServerLogEntry } from "../support/benchServerMessages.ts";

/**
 * How many requests were asked again after a kill although they had been answered more than `graceMs` before it. A
 * killed process's sockets still take data for some milliseconds, so an answer of the last moment may never have been
 * seen by it; with a grace of -Infinity those count too.
 */
export function askedAgain(log: readonly ServerLogEntry[], killedAtMs: number, graceMs: number): number {
  const answered = new Set(
    log
      .filter(({ status, deliveredMs, arrivedMs }) => {
        return status === 200 && arrivedMs < killedAtMs && deliveredMs !== null && deliveredMs <= killedAtMs - graceMs;
      })
      .map((entry) => entry.key),
  );
  const again = log.filter((entry) => entry.arrivedMs > killedAtMs && answered.has(entry.key) && entry.key !== null);
  return new Set(again.map((entry) => entry.key)).size;
}
