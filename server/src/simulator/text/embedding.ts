import { fractionOf, hashText, mix } from "./hash.ts";

/** Numbers of an embedding. */
export const DIMENSIONS = 64;

/**
 * A vector of length 1 for a text. Words push it in directions of their own, so that texts with common words are nearer
 * to each other than others, as those of a real model are.
 */
export function embeddingOf(text: string, seed: number): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of [text, ...text.toLowerCase().split(/\W+/)]) {
    const hash = hashText(word, seed);
    for (let index = 0; index < DIMENSIONS; index++) {
      vector[index] = (vector[index] ?? 0) + fractionOf(mix(hash + index * 101)) * 2 - 1;
    }
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** The cosine of two vectors of length 1. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

/** Base64 of the numbers as 32-bit floats, little endian. */
export function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString("base64");
}
