import { describe, expect, test } from "vitest";
import { readReport } from "../../../../scripts/vscode/host/hostResults.ts";

const passed = { file: "a.ts", name: "one", durationMs: 3, failure: null };
const failed = { file: "a.ts", name: "two", durationMs: 4, failure: { message: "no", stack: "Error: no" } };
const text = (...lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

describe("readReport", () => {
  test("gives the results", () => {
    expect(readReport(text(passed, failed, { endOf: 2 }))).toEqual({ results: [passed, failed], incomplete: null });
  });

  test.each([
    ["nothing at all", "", "before the first test"],
    ["a host that died", text(passed, failed), "after 'two' of a.ts"],
    ["a lost result", text(passed, { endOf: 2 }), "2 tests and 1 results"],
    ["no tests", text({ endOf: 0 }), "0 tests and 0 results"],
  ])("%s is not complete", (_case, lines, why) => {
    expect(readReport(lines).incomplete).toContain(why);
  });

  test.each([
    "1",
    '{"file":"a.ts"}',
    '{"file":"a.ts","name":"x","durationMs":1,"failure":7}',
    '{"file":"a.ts","name":"x","durationMs":1,"failure":{"message":"m"}}',
    "{",
  ])("refuses %s", (line) => {
    expect(() => readReport(line)).toThrow();
  });
});
