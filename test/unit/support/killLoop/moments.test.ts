import { expect, test } from "vitest";
import { seededRandom } from "../../../../server/src/util/seededRandom.ts";
import { randomMoments } from "../../../support/killLoop/moments.ts";

const REQUESTS = 100_000;
const moments = (seed: number) => randomMoments(200, REQUESTS, { from: 0.1, to: 0.9, early: 0.25 }, seededRandom(seed));

test("the same seed gives the same moments", () => {
  expect(moments(5)).toEqual(moments(5));
  expect(moments(5)).not.toEqual(moments(6));
});

test("they come in order, between the two shares", () => {
  const answered = moments(5).flatMap((moment) => (moment.then.of === "requests" ? moment.answered : []));
  expect(answered).toEqual(answered.toSorted((a, b) => a - b));
  expect(Math.min(...answered)).toBeGreaterThanOrEqual(0.1 * REQUESTS);
  expect(Math.max(...answered)).toBeLessThan(0.9 * REQUESTS);
});

test("about a fourth count from the start of a process, and some tear a line", () => {
  const early = moments(5).filter((moment) => moment.then.of === "changes");
  expect(early.length).toBeGreaterThan(30);
  expect(early.length).toBeLessThan(70);
  expect(early.every((moment) => moment.answered === 0)).toBe(true);
  expect(moments(5).every((moment) => moment.then.count >= 1)).toBe(true);
  expect(moments(5).filter((moment) => moment.tears).length).toBeGreaterThan(5);
});
