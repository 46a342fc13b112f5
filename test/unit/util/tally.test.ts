import { expect, test } from "vitest";
import { Tally } from "../../../server/src/util/tally.ts";

test("counts names in the order in which they came", () => {
  const tally = new Tally();
  for (const name of ["b", "a", "a", "b", "b", "__proto__"]) tally.add(name);
  expect(Object.entries(tally.toRecord())).toEqual([
    ["b", 3],
    ["a", 2],
    ["__proto__", 1],
  ]);
});

test("keeps only so many names, and counts the rest together", () => {
  const tally = new Tally(2);
  for (const name of ["a", "b", "c", "c", "a", "d", "b"]) tally.add(name);
  expect(tally.toRecord()).toEqual({ a: 2, b: 2 });
  expect(tally.other).toBe(3);
});
