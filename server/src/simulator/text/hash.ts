/** A number of 32 bits for a text and a seed: equal in every run, and well mixed (murmur3's final steps). */
export function hashText(text: string, seed: number): number {
  let hash = (seed ^ 0x9e3779b9) | 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash ^ text.length);
}

/** Scrambles 32 bits: neighbouring numbers come out unrelated. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** In [0, 1), from 32 bits. */
export function fractionOf(hash: number): number {
  return hash / 0x1_0000_0000;
}

/** A sample of the log-normal distribution, decided by 32 bits: exp(ln(median) + sigma · z). */
export function logNormal(hash: number, median: number, sigma: number): number {
  // Box and Muller's transform; 1 - u keeps the logarithm finite.
  const radius = Math.sqrt(-2 * Math.log(1 - fractionOf(hash)));
  const angle = 2 * Math.PI * fractionOf(mix(hash + 1));
  return median * Math.exp(sigma * radius * Math.cos(angle));
}
