import { expect, test } from "vitest";
import { WorstProblems } from "../../../server/src/language/worstProblems.ts";
import type { Problem, Severity } from "../../../server/src/protocol/problem.ts";

function problem(line: number, severity: Severity, code = "body.range"): Problem {
  return { line, column: 1, endLine: line, endColumn: 2, code, severity, message: "", customId: null, fix: null };
}

test("the most severe problems win, then the first; what is about the file is always told", () => {
  const worst = new WorstProblems(3);
  worst.add(problem(1, "info"));
  worst.add(problem(2, "warning"));
  worst.add(problem(4, "error"));
  worst.add(problem(5, "warning"));
  worst.add(problem(6, "error"));
  worst.add(problem(1, "info", "file.mixedUrls"));
  expect(worst.listed().map(({ line, severity }) => [line, severity])).toEqual([
    [1, "info"],
    [2, "warning"],
    [4, "error"],
    [6, "error"],
  ]);
  expect(worst.wants({ code: "body.range", severity: "error", message: "" })).toBe(true);
  worst.add(problem(7, "error"));
  expect(worst.wants({ code: "body.range", severity: "error", message: "" })).toBe(false);
});
