import { describe, expect, it } from "vitest";
import { parseRunOutcome } from "../../../../client/src/runs/runSummary.ts";

describe("the answer of a run", () => {
  it("is read", () => {
    const summary = {
      folder: "/a",
      status: "completed",
      reason: null,
      simulated: true,
      total: 3,
      completed: 2,
      failed: 1,
    };
    expect(parseRunOutcome(JSON.stringify({ ...summary, seconds: 1.5, run: "x" }))).toEqual({
      ...summary,
      seconds: 1.5,
    });
  });

  it.each(["", "words", "{}", '{"folder":"/a","status":"dancing"}'])("is none: %s", (stdout) => {
    expect(parseRunOutcome(stdout)).toBeNull();
  });
});
