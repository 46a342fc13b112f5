import { expect, it } from "vitest";
import { parseJson } from "../../../../client/src/text/parseJson.ts";

it("gives the value, and undefined for what is no JSON", () => {
  expect(parseJson('{"a": [1]}')).toEqual({ a: [1] });
  expect(parseJson("null")).toBeNull();
  expect(["", "{", '{"a": 1}{'].map(parseJson)).toEqual([undefined, undefined, undefined]);
});
