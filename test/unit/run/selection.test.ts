import fc from "fast-check";
import { expect, it } from "vitest";
import { selectedCount, selector } from "../../../server/src/run/selection.ts";

const taken = (selection: Parameters<typeof selector>[0], valid: number): number[] => {
  const wants = selector(selection, valid);
  return Array.from({ length: valid }, (_, index) => index).filter(() => wants());
};

it("takes all when nothing is said", () => {
  expect(taken({}, 5)).toEqual([0, 1, 2, 3, 4]);
});

it("takes the first ones", () => {
  expect(taken({ limit: 2 }, 5)).toEqual([0, 1]);
  expect(taken({ limit: 9 }, 3)).toEqual([0, 1, 2]);
});

it("draws a sample of exactly its size, the same each time", () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 250 }), fc.nat(), (valid, sample, sampleSeed) => {
      const selection = { sample, sampleSeed };
      const drawn = taken(selection, valid);
      expect(drawn).toHaveLength(selectedCount(selection, valid));
      expect(drawn).toHaveLength(Math.min(sample, valid));
      expect(taken(selection, valid)).toEqual(drawn);
    }),
  );
});

it("draws another sample with another seed, from all over the file", () => {
  const draws = [1, 2, 3].map((sampleSeed) => taken({ sample: 50, sampleSeed }, 1000));
  expect(new Set(draws.map((draw) => draw.join())).size).toBe(3);
  for (const draw of draws) {
    expect(draw.filter((index) => index < 500).length).toBeGreaterThan(10);
    expect(draw.filter((index) => index >= 500).length).toBeGreaterThan(10);
  }
});
