import { describe, expect, it } from "vitest";
import { FirstProblems, ProblemDigest, type ProblemList } from "../../../../server/src/cli/check/problemList.ts";
import type { Problem, Severity } from "../../../../server/src/protocol/problem.ts";

const problem = (line: number, severity: Severity, code: string, message = code): Problem => ({
  ...{ line, column: 1, endLine: line, endColumn: 2, customId: null, fix: null },
  ...{ severity, code, message },
});

function fill(list: ProblemList, problems: readonly Problem[]): void {
  for (const one of problems) if (list.wants(one)) list.add(one);
}

const some = [
  problem(1, "warning", "model.ollama"),
  problem(2, "warning", "model.ollama"),
  problem(3, "error", "json.comment"),
  problem(3, "warning", "model.ollama"),
  problem(4, "info", "body.maxTokens"),
  problem(5, "error", "customId.duplicate", "a"),
  problem(6, "error", "customId.duplicate", "b"),
];

const lines = (list: ProblemList) => list.listed().map(({ problem: { line }, repeats }) => [line, repeats]);

describe("problems listed for people", () => {
  it("are one entry per kind, at its first place, the most severe first", () => {
    const digest = new ProblemDigest(10);
    fill(digest, some);
    expect(lines(digest)).toEqual([
      [3, 0],
      [5, 0],
      [6, 0],
      [1, 2],
      [4, 0],
    ]);
    expect(digest.told).toBe(7);
  });

  it("are at most so many kinds, and say how many problems that is", () => {
    const digest = new ProblemDigest(4);
    fill(digest, some);
    expect(lines(digest)).toHaveLength(4);
    expect(digest.told).toBe(6);
  });

  it("leave room for errors when there are more kinds of warnings than anyone reads", () => {
    const digest = new ProblemDigest(1);
    const warnings = Array.from({ length: 20_000 }, (_, index) => problem(index + 1, "warning", "w", String(index)));
    fill(digest, [...warnings, problem(20_001, "error", "e")]);
    expect(lines(digest)).toEqual([[20_001, 0]]);
  });
});

describe("problems listed for programs", () => {
  it("are the first ones, each by itself", () => {
    const first = new FirstProblems(3);
    fill(first, some);
    expect(lines(first)).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect(first.told).toBe(3);
  });
});
