import { expect, it } from "vitest";
import { isAtTheFile } from "../../../../client/src/runs/isAtTheFile.ts";

const file = "file:///data/a.jsonl";
const there = { activeEditor: file, isDirty: false, terminals: 0 };

it("somebody is at a file when it is in the active editor, and nothing speaks for another place", () => {
  expect(isAtTheFile(there, file)).toBe(true);
  expect(isAtTheFile({ ...there, activeEditor: "file:///data/b.jsonl" }, file)).toBe(false);
  expect(isAtTheFile({ ...there, activeEditor: null }, file)).toBe(false);
  expect(isAtTheFile({ ...there, terminals: 1 }, file)).toBe(false);
  expect(isAtTheFile({ ...there, isDirty: true }, file)).toBe(false);
});
