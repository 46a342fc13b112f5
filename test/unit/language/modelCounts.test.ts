import { expect, test } from "vitest";
import { modelCounts } from "../../../server/src/language/modelCounts.ts";

test("the most frequent models come first, and no more than a hundred", () => {
  const models = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`m${index}`, index + 1]));
  const counted = modelCounts(models);
  expect(counted).toHaveLength(100);
  expect(counted.slice(0, 2)).toEqual([
    { name: "m149", requests: 150 },
    { name: "m148", requests: 149 },
  ]);
});
