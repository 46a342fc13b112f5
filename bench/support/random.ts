/** A source of numbers in [0, 1) that is the same for the same seed (mulberry32, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
