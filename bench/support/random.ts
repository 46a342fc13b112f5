/** Shuffled in place (Fisher and Yates). */
export function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/**
 * Output lengths in tokens as real ones are: log-normal, with a long tail. The tail is cut at `longest`, the shortest
 * is 1. `mean` holds before the cut.
 */
export function logNormalLengths(
  count: number,
  shape: { mean: number; sigma: number; longest: number },
  random: () => number,
): number[] {
  const mu = Math.log(shape.mean) - shape.sigma ** 2 / 2;
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(1, Math.min(shape.longest, Math.round(Math.exp(mu + shape.sigma * normal))));
  });
}
