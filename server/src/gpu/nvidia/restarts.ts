const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** A life of nvidia-smi that was shorter than this counts as a failure, also when it told something first. */
export const LONG_LIFE_MS = 60_000;

/** How long to wait before nvidia-smi is started again, after so many short lives in a row before this one. */
export function restartDelayMs(shortLives: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(shortLives, 10));
}
