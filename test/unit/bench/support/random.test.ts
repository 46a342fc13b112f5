import { expect, test } from "vitest";
import { logNormalLengths, shuffle } from "../../../../bench/support/random.ts";
import { seededRandom } from "../../../../server/src/util/seededRandom.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(1).every((value) => value >= 0 && value < 1)).toBe(true);
});

test("shuffle keeps every item and leaves hardly any in place", () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const shuffled = shuffle([...items], seededRandom(7));
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  expect(shuffled.filter((value, i) => value === i).length).toBeLessThan(10);
});

test("lengths have the mean that was asked for, a long tail, and an end", () => {
  const lengths = logNormalLengths(20_000, { mean: 100, sigma: 0.8, longest: 1000 }, seededRandom(3));
  const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
  const sorted = lengths.toSorted((a, b) => a - b);
  expect(mean).toBeGreaterThan(90);
  expect(mean).toBeLessThan(110);
  expect(sorted[10_000]).toBeLessThan(0.85 * mean);
  expect(sorted[0]).toBeGreaterThanOrEqual(1);
  expect(sorted.at(-1)).toBeLessThanOrEqual(1000);
});
