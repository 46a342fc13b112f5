import { describe, expect, it } from "vitest";
import { addUp, closingLine, countsOfVitest, failuresOf, isSuccess, skipReasons } from "../../../scripts/testCounts.ts";

const report = (passed: number, failed: number, pending: number) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  numTodoTests: 0,
});

describe("the counts of a test run", () => {
  it("come from vitest's report", () => {
    expect(countsOfVitest(report(3, 1, 2), false)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it("have a failure when vitest failed without a failing test, such as a file that did not load", () => {
    expect(countsOfVitest(report(3, 0, 0), false).failed).toBe(1);
  });

  it("have a failure when nothing ran at all", () => {
    expect(countsOfVitest(report(0, 0, 0), true).failed).toBe(1);
  });

  it("refuse a report of another shape", () => {
    expect(() => countsOfVitest({ tests: 3 }, true)).toThrow(/numPassedTests/);
  });

  it("make one plain closing line", () => {
    const all = addUp([
      { passed: 1, failed: 0, skipped: 2 },
      { passed: 4, failed: 1, skipped: 0 },
    ]);
    expect(closingLine(all)).toBe("5 passed, 1 failed, 2 skipped");
  });

  it("say once why something was skipped", () => {
    const skipped = (...ancestorTitles: readonly string[]) => ({ ancestorTitles, status: "skipped" });
    const told = {
      testResults: [
        {
          assertionResults: [skipped("a real engine (skipped: No Python.)"), skipped("(skipped: No Python.)", "inner")],
        },
        { assertionResults: [skipped("an editor (skipped: No Chromium.)"), skipped("other")] },
      ],
    };
    expect(skipReasons(told)).toEqual(["No Python.", "No Chromium."]);
    expect(skipReasons(report(1, 0, 0))).toEqual([]);
    expect(closingLine({ passed: 1, failed: 0, skipped: 4 }, skipReasons(told))).toBe(
      "1 passed, 0 failed, 4 skipped (No Python.; No Chromium.)",
    );
  });

  it("name what failed, with the first lines of why", () => {
    const test = (status: string, fullName: string, ...failureMessages: string[]) => ({
      status,
      fullName,
      failureMessages,
    });
    const told = {
      testResults: [
        {
          name: "a.test.ts",
          status: "failed",
          assertionResults: [
            test("passed", "adds"),
            test("failed", "divides", `expected 2\n${"at somewhere\n".repeat(30)}`),
          ],
        },
        { name: "b.test.ts", status: "failed", message: "Cannot find c.ts", assertionResults: [] },
        { name: "d.test.ts", status: "passed", message: "", assertionResults: [test("passed", "waits")] },
      ],
    };
    const [divides, unloaded, ...others] = failuresOf(told);
    expect(divides).toMatch(/^a\.test\.ts > divides\n {2}expected 2\n {2}at somewhere\n/);
    expect(divides?.split("\n")).toHaveLength(13);
    expect(unloaded).toBe("b.test.ts\n  Cannot find c.ts");
    expect(others).toEqual([]);
    expect(failuresOf(report(1, 0, 0))).toEqual([]);
  });

  it("tolerate a skip on a person's machine, and not in CI", () => {
    const counts = { passed: 5, failed: 0, skipped: 1 };
    expect(isSuccess(counts, false)).toBe(true);
    expect(isSuccess(counts, true)).toBe(false);
  });

  it("are no success without a passed test", () => {
    expect(isSuccess({ passed: 0, failed: 0, skipped: 0 }, false)).toBe(false);
  });
});
