import type { Crash } from "./ladderTypes.ts";

export const CRASH_WINDOW_MS = 10 * 60_000;
/** An engine that has saved so many answers since its start has served well: what was before is forgiven. */
export const ANSWERS_FOR_NEW_BUDGET = 200;
/** Attempts in one budget, whatever their causes: a start that fails in ever new ways ends too. */
export const MOST_RUNGS = 16;

/** Where the present budget begins: at the last crash of an engine that had served well, or at the first. */
export function budgetStart(crashes: readonly Crash[]): number {
  return Math.max(
    0,
    crashes.findLastIndex(({ answersSaved }) => answersSaved >= ANSWERS_FOR_NEW_BUDGET),
  );
}

/** Crashes that count against the budget. A start that fails is no crash: its rungs are counted. */
export function countedCrashes(crashes: readonly Crash[]): number {
  const now = crashes.at(-1)?.at ?? 0;
  return crashes
    .slice(budgetStart(crashes))
    .filter(({ at, wasReady, explained }) => wasReady && explained !== true && now - at <= CRASH_WINDOW_MS).length;
}

/** Deaths that were put down to requests, since a life of the engine last gave an answer. */
export function barrenExplained(crashes: readonly Crash[]): number {
  const lastAnswer = crashes.findLastIndex(({ answersSaved }) => answersSaved > 0);
  return crashes.slice(lastAnswer + 1).filter(({ explained }) => explained === true).length;
}

const LONGEST_WAIT_MS = 30_000;

/** How long to wait: not at all after the first failure, then 1, 2, 4 … 30 s while they follow each other. */
export function backoffMs(crashes: readonly Crash[]): number {
  const now = crashes.at(-1)?.at ?? 0;
  const inRow = crashes
    .slice(budgetStart(crashes))
    .filter(({ at, explained }) => explained !== true && now - at <= CRASH_WINDOW_MS).length;
  return inRow <= 1 ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (inRow - 2));
}
