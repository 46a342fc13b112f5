import type { RunView } from "./runView.ts";

/** A start takes half a minute on a machine that does nothing else, and several times as long on a busy one. */
export const startTimeoutMs = 480_000;

/** How long a run was without its engine, and how long the engine itself took to start. In seconds. */
export interface Recovery {
  /** From the engine's death, or from the command that starts the run, to the next answer on disk. */
  seconds: number;
  /** Of it, from the launch of the program to its own line that it serves. */
  startSeconds: number;
}

/** What the product adds to the engine's own start, in seconds. */
export function overheadOf({ seconds, startSeconds }: Recovery): number {
  return seconds - startSeconds;
}

/**
 * Sees a run that has no engine to its next answer. The end of the start is taken from the engine's own log, and not from
 * the run's events: how soon that is noticed belongs to what is measured.
 * @param launches how many there have been before
 * @param sinceMs since when it has none: Unix time in milliseconds
 */
export async function measureRecovery(view: RunView, launches: number, sinceMs: number): Promise<Recovery> {
  const starts = await view.startsInLog();
  const launch = await view.event("launch", launches, startTimeoutMs);
  const answered = await view.answeredBytes();
  const [readyMs, answerMs] = await Promise.all([
    view.startedInLogMs(starts + 1, startTimeoutMs),
    view.moreAnsweredMs(answered, startTimeoutMs),
  ]);
  return { seconds: (answerMs - sinceMs) / 1000, startSeconds: (readyMs - launch.atMs) / 1000 };
}

/**
 * Sees a run whose engine was just stopped (SIGSTOP) until the hang is noticed.
 * @param hangs how many have been noticed before
 * @returns the time of it, and how long after the last answer that was
 */
export async function measureHang(view: RunView, hangs: number): Promise<{ atMs: number; afterSeconds: number }> {
  const { atMs } = await view.event("hang", hangs, startTimeoutMs);
  return { atMs, afterSeconds: (atMs - (await view.lastAnswerMs())) / 1000 };
}
