import { expect, test } from "vitest";
import { defaultSettings, readSettings } from "../../../server/src/language/settings.ts";

test.each([undefined, null, 42, "x", [], {}, { validation: 7, modelNames: [], files: { include: "x" } }])(
  "%j gives the defaults",
  (section) => {
    expect(readSettings(section)).toEqual(defaultSettings);
  },
);

test.each([
  [1.5, 1],
  [0.5, defaultSettings.maxProblems],
  [-1, defaultSettings.maxProblems],
  [Infinity, 10_000],
  [NaN, defaultSettings.maxProblems],
])("of %j problems at most are shown %j", (maxProblems, shown) => {
  expect(readSettings({ validation: { maxProblems } }).maxProblems).toBe(shown);
});

test("takes what is well-formed", () => {
  expect(
    readSettings({
      validation: { target: "openai", maxProblems: 1e9, ignoredRules: ["a.b", 3] },
      modelNames: { a: "b", c: 4 },
      files: { include: ["**/x.jsonl"] },
      inlayHints: { tokens: true },
    }),
  ).toEqual({
    target: "openai",
    maxProblems: 10_000,
    ignoredRules: ["a.b"],
    modelNames: { a: "b" },
    include: ["**/x.jsonl"],
    showTokens: true,
  });
});
