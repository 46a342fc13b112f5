import { expect, test } from "vitest";
import { result } from "../../../../bench/bench.ts";
import { benchmarksPage, rounded } from "../../../../bench/report/benchmarksPage.ts";
import { mergeResults } from "../../../../bench/report/resultsFile.ts";

const about = { speed: "How fast it is.", memory: "How much it takes." };
const monday = "2026-11-16T10:00:00.000Z";
const tuesday = "2026-11-17T10:00:00.000Z";

function page(rate: number): string {
  const bar = { comparison: ">=", value: 0.75 } as const;
  const groups = [
    { name: "speed", results: [result("rate", rate, "×", bar, "3 against 4 | twice")] },
    { name: "memory", results: [result("peak", 123.4, "MB", null, "by the kernel's count")] },
  ];
  const old = mergeResults(null, { machine: "2 × Processor", date: monday, groups }, Object.keys(about));
  const run = { machine: "2 × Processor", date: tuesday, groups: groups.slice(0, 1) };
  return benchmarksPage(mergeResults(old, run, Object.keys(about)), about);
}

test("says the machine, the date, each figure and its bar", () => {
  const text = page(0.81);
  expect(text).toContain("- Machine: 2 × Processor");
  expect(text).toContain(`- Date: ${tuesday}`);
  expect(text).toContain("- All 1 bars hold.");
  expect(text).toContain("## speed\n\nHow fast it is.");
  expect(text).toContain("| rate | 0.81 × | at least 0.75 | yes | 3 against 4 \\| twice |");
});

test("a missed bar is shown as missed, in the table and at the top", () => {
  const text = page(0.5);
  expect(text).toContain("| **missed** |");
  expect(text).toContain("- **1 of 1 bars missed:** rate");
});

test("rows of another day say so", () => {
  expect(page(1)).toContain("| peak | 123 MB |  |  | by the kernel's count (measured 2026-11-16) |");
});

test("what was not measured is no figure", () => {
  const groups = [{ name: "speed", results: [result("peer", Number.NaN, "", null, "skipped: no network")] }];
  const file = mergeResults(null, { machine: "m", date: monday, groups }, ["speed"]);
  expect(benchmarksPage(file, about)).toContain("| peer | not measured |  |  | skipped: no network |");
});

test.each([
  [0.123456, "0.123"],
  [1234.5, "1235"],
  [6.4, "6.4"],
  [0, "0"],
])("rounded(%d) is %s", (value, text) => expect(rounded(value)).toBe(text));
