/** When to kill. */
export interface Moment {
  /** Once so many answers are saved … */
  answered: number;
  /** … and after that so many more requests have reached the engine, or so many changes were made in the run folder. */
  then: { count: number; of: "requests" | "changes" };
  /** Whether a line is left half written: the kernel may stop a large write of a dying process anywhere. */
  tears: boolean;
}

/**
 * `count` random moments in the order in which they come, between two shares of the answers. Most are counted by the
 * engine, as its requests know nothing of when the runner writes or syncs.
 * @param early the share of them that count from the start of a process, by what it does to its files: so that it dies
 * while it takes its lock, mends what it finds, or reads what is done
 */
export function randomMoments(
  count: number,
  requests: number,
  { from, to, early }: { from: number; to: number; early: number },
  random: () => number,
): Moment[] {
  const answered = Array.from({ length: count }, () => Math.floor((from + random() * (to - from)) * requests));
  answered.sort((a, b) => a - b);
  return answered.map((at) => {
    const tears = random() < 0.1;
    if (random() < early) return { answered: 0, then: { count: 1 + Math.floor(random() * 40), of: "changes" }, tears };
    return { answered: at, then: { count: 1 + Math.floor(random() * 0.003 * requests), of: "requests" }, tears };
  });
}
