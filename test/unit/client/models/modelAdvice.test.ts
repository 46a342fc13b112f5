import { expect, it } from "vitest";
import { parseCandidates } from "../../../../client/src/models/modelAdvice.ts";

it("reads what a name may stand for", () => {
  expect(parseCandidates('[{"name":"a","candidates":["x/A","y/A",1]}]')).toEqual(["x/A", "y/A"]);
});

it.each(["", "[]", "{}", '[{"candidates":"x"}]'])("takes nothing from %j", (json) => {
  expect(parseCandidates(json)).toEqual([]);
});
