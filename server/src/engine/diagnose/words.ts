import type { Failure, Transcript } from "./transcript/types.ts";

/** Class and message of a failure, as Python prints them. */
export function wordsOf(failure: Failure): string {
  return failure.type === null ? failure.message : `${failure.type}: ${failure.message}`;
}

/** The first of the patterns that the failure's words fit. */
export function said(failure: Failure, patterns: readonly RegExp[]): RegExpExecArray | null {
  return firstMatch(wordsOf(failure), patterns);
}

export function firstMatch(text: string, patterns: readonly RegExp[]): RegExpExecArray | null {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match) return match;
  }
  return null;
}

/** What a pattern captured; null when it did not. */
export function captured(text: string, pattern: RegExp, group = 1): string | null {
  return pattern.exec(text)?.[group] ?? null;
}

export function capturedNumber(text: string, pattern: RegExp, group = 1): number | null {
  const value = captured(text, pattern, group);
  if (value === null) return null;
  const number = Number(value.replaceAll(",", ""));
  return Number.isFinite(number) ? number : null;
}

const unitsInGiB: Readonly<Record<string, number>> = {
  bytes: 2 ** -30,
  KiB: 2 ** -20,
  MiB: 2 ** -10,
  GiB: 1,
  TiB: 1024,
};

/** `448.00 MiB` after the words of a pattern, which must capture the number and the unit, in GiB. */
export function capturedGiB(text: string, pattern: RegExp): number | null {
  const match = pattern.exec(text);
  const unit = unitsInGiB[match?.[2] ?? ""];
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit * 100) / 100 : null;
}

/** Words of all exceptions that were raised from each other with this one, in order. */
export function chainWords(failure: Failure, log: Transcript): string {
  if (failure.chain === null) return wordsOf(failure);
  return log.failures
    .filter((other) => other.chain === failure.chain)
    .map(wordsOf)
    .join("\n");
}

/** Is one of the functions or files of the traceback named so? */
export function passedThrough(failure: Failure, place: RegExp): boolean {
  return failure.frames.some((frame) => place.test(frame.name) || place.test(frame.file));
}

const loopTitle = /^EngineCore (?:encountered a fatal error|encountered an issue)|output_handler failed/;

export function isAfterReady(failure: Failure, log: Transcript): boolean {
  return log.readyLine !== null && failure.line > log.readyLine;
}

/** Was it up and at work then? What ends a start has other titles (vLLM's core.py), and does not come from its loop. */
export function isServing(failure: Failure, log: Transcript): boolean {
  return (
    isAfterReady(failure, log) ||
    loopTitle.test(failure.title) ||
    passedThrough(failure, /^(?:run_busy_loop|_process_engine_step|run_engine_loop)$/)
  );
}

/** The share of GPU memory that this run asked for, as far as its log tells. */
export function shareOf(log: Transcript): number | null {
  const share = Number(log.setting("gpu_memory_utilization") ?? Number.NaN);
  return share > 0 && share <= 1 ? share : null;
}
