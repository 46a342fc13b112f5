import { withoutForeignPrefix } from "./transcript/prefixes.ts";
import type { Failure, Transcript } from "./transcript/types.ts";

/** From the kernel's own log, which has no line numbers of ours: 0. Sorted after everything in the engine's log. */
export function kernelFailures(lines: readonly string[]): Failure[] {
  return lines.map((line) => ({
    line: 0,
    lastLine: 0,
    firstLine: 0,
    kind: "line",
    type: null,
    message: withoutForeignPrefix(line.slice(0, 2_000)).text,
    frames: [],
    chain: null,
    process: null,
    pid: null,
    level: null,
    source: null,
    origin: "kernel",
    title: "",
    isFatal: false,
  }));
}

/** So close before the first word of a stop, the death of a process belongs to it: signals reach all at once. */
const raceLines = 25;

/**
 * What happened before somebody asked for the stop: everything after it is noise. Without such a word in the log and
 * with a stop that was asked for, only what is a cause by itself counts, which is for the caller to see.
 */
export function beforeStop(log: Transcript): { failures: readonly Failure[]; isRace: (failure: Failure) => boolean } {
  const { stopLine } = log;
  if (stopLine === null) return { failures: log.failures, isRace: () => false };
  return {
    failures: log.failures.filter((failure) => failure.line < stopLine),
    isRace: (failure) => failure.line > stopLine - raceLines,
  };
}
