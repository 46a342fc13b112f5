import { describe, expect, it } from "vitest";
import { demoRequests, exampleFile, plantedForPeople, plantedMendable } from "../../../../scripts/demo/exampleFile.ts";
import { BatchChecker } from "../../../../server/src/batch/checker.ts";
import type { Problem } from "../../../../server/src/protocol/problem.ts";
import { LineSplitter } from "../../../../server/src/util/lineSplitter.ts";

/** What the check says about a text, beside the Ollama names, which are on every line. */
function check(text: string) {
  const problems: Problem[] = [];
  const onProblem = (problem: Problem) => {
    if (problem.code !== "model.ollama") problems.push(problem);
  };
  const checker = new BatchChecker({ target: "vllm", onProblem }, 1);
  const splitter = new LineSplitter();
  splitter.push(Buffer.from(text), (line) => checker.push(line));
  return { summary: checker.end(Buffer.byteLength(text)), problems };
}

describe("the demo's example file", () => {
  const { summary, problems } = check(exampleFile(1));

  it("has as many requests as it says, and a mistake in each planted one", () => {
    expect(summary.requests).toBe(demoRequests);
    // One request is printed over several lines, so what follows it has moved; the hint is told once, on line 1.
    const planted = problems.filter((problem) => problem.severity !== "info");
    expect(planted).toHaveLength(plantedMendable.length + plantedForPeople.length);
  });

  it("has two mistakes that fix leaves to a person", () => {
    const left = problems.filter((problem) => problem.severity === "error" && problem.fix !== "safe");
    expect(left.map((problem) => problem.code)).toEqual(["customId.duplicate", "body.empty"]);
  });

  it("is the same for the same seed", () => {
    expect(exampleFile(7)).toBe(exampleFile(7));
    expect(exampleFile(7)).not.toBe(exampleFile(8));
  });
});
