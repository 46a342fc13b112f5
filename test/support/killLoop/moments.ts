/** When to kill: once so many requests have been answered, and then after so many more changes in the run folder. */
export interface Moment {
  answered: number;
  changes: number;
}

/**
 * Random moments in the order in which they come. Most are in the midst of the work. A fourth are `early`: they count
 * from the start of a process, so that it dies while it takes its lock, mends its files or reads what is done.
 */
export function randomMoments(count: number, requests: number, random: () => number): Moment[] {
  // The last answers are left to the life that nobody ends.
  const answered = Array.from({ length: count }, () => Math.floor(random() * 0.97 * requests));
  answered.sort((a, b) => a - b);
  return answered.map((at) => {
    const early = random() < 0.25;
    return { answered: early ? 0 : at, changes: 1 + Math.floor(random() * (early ? 40 : 10)) };
  });
}
