import { describe, expect, it } from "vitest";
import { codeLensesOf } from "../../../server/src/language/features/codeLenses.ts";
import { RunFailures } from "../../../server/src/language/runFailures.ts";
import { openFile, requestLine } from "../../support/openFile.ts";

const failures = [{ customId: "a", line: 1, code: "run.attempts", message: "Failed 5 times." }];

describe("what failed in a run", () => {
  it.each([
    [false, "This request failed in the last run. Failed 5 times.", "$(error) Failed: Failed 5 times."],
    [
      true,
      "This request failed in the last simulated run. Failed 5 times.",
      "$(error) Failed in the last simulated run: Failed 5 times.",
    ],
  ])("never hides whether it was simulated (%s)", (simulated, message, title) => {
    const file = openFile(requestLine("a"));
    const failed = new RunFailures({ run: "/work/batch.runs/001-m", simulated, failures });
    if (file.checked === null) return expect.fail("not read");
    expect(failed.diagnostics(file.checked.document, 10)).toMatchObject([{ message }]);
    expect(codeLensesOf(file, failed).map(({ command }) => command?.title)).toContain(title);
  });
});
