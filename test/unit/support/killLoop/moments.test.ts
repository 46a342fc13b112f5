import { expect, test } from "vitest";
import { seededRandom } from "../../../../bench/support/random.ts";
import { randomMoments } from "../../../support/killLoop/moments.ts";

const moments = (seed: number) => randomMoments(200, 100_000, seededRandom(seed));

test("the same seed gives the same moments", () => {
  expect(moments(5)).toEqual(moments(5));
  expect(moments(5)).not.toEqual(moments(6));
});

test("they come in order, some at the start of a life, and leave an end to the last one", () => {
  const late = moments(5).filter((moment) => moment.answered > 0);
  const answered = late.map((moment) => moment.answered);
  expect(answered).toEqual(answered.toSorted((a, b) => a - b));
  expect(Math.max(...answered)).toBeLessThan(97_000);
  expect(late.length).toBeGreaterThan(120);
  expect(late.length).toBeLessThan(180);
  expect(moments(5).every((moment) => moment.changes >= 1)).toBe(true);
});
