import { property } from "../server/src/util/unknown.ts";

/** What a run of tests came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Reads vitest's JSON report. `ended` is whether vitest itself ended well: a file that could not be loaded or an error
 * between tests fails the run without any test failing, and counts as one failure here. Throws on another shape.
 */
export function countsOfVitest(report: unknown, ended: boolean): Counts {
  const counts = {
    passed: numberAt(report, "numPassedTests"),
    failed: numberAt(report, "numFailedTests"),
    skipped: numberAt(report, "numPendingTests") + numberAt(report, "numTodoTests"),
  };
  if (!ended && counts.failed === 0) counts.failed = 1;
  // A suite in which nothing ran has not passed.
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  return counts;
}

/** Why tests were skipped, each reason once: what the names around them say in "(skipped: …)". */
export function skipReasons(report: unknown): string[] {
  const files = listAt(report, "testResults");
  const tests = files.flatMap((file) => listAt(file, "assertionResults"));
  const titles = tests.flatMap((test) => listAt(test, "ancestorTitles"));
  const reasons = titles.map((title) => /\(skipped: (.*)\)$/.exec(String(title))?.[1]);
  return [...new Set(reasons.filter((reason) => reason !== undefined))];
}

/**
 * Each failed test with its file and the first lines of why, and each file that did not load: a run of an hour is
 * often read from its end alone.
 */
export function failuresOf(report: unknown): string[] {
  return listAt(report, "testResults").flatMap((file) => {
    const failed = listAt(file, "assertionResults").filter((test) => textAt(test, "status") === "failed");
    const name = textAt(file, "name");
    if (failed.length === 0) return textAt(file, "status") === "failed" ? [told(name, textAt(file, "message"))] : [];
    return failed.map((test) =>
      told(`${name} > ${textAt(test, "fullName")}`, listAt(test, "failureMessages").map(String).join("\n")),
    );
  });
}

const linesOfFailure = 12;

function told(name: string, message: string): string {
  const lines = message.split("\n").slice(0, linesOfFailure);
  return [name, ...lines.map((line) => `  ${line}`)].join("\n");
}

function textAt(value: unknown, key: string): string {
  const text = property(value, key);
  return typeof text === "string" ? text : "";
}

function listAt(value: unknown, key: string): unknown[] {
  const list = property(value, key);
  return Array.isArray(list) ? list : [];
}

function numberAt(report: unknown, key: string): number {
  const value = property(report, key);
  if (typeof value !== "number") throw new Error(`expected a number at ${key}`);
  return value;
}

export function addUp(all: readonly Counts[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const one of all) {
    sum.passed += one.passed;
    sum.failed += one.failed;
    sum.skipped += one.skipped;
  }
  return sum;
}

export function closingLine({ passed, failed, skipped }: Counts, reasons: readonly string[] = []): string {
  const why = reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
  return `${passed} passed, ${failed} failed, ${skipped} skipped${why}`;
}

/** A skip is tolerated on a person's machine, never in CI. */
export function isSuccess({ passed, failed, skipped }: Counts, isCi: boolean): boolean {
  return passed > 0 && failed === 0 && (!isCi || skipped === 0);
}
