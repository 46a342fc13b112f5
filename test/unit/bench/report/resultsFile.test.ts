import { expect, test } from "vitest";
import { result, type BenchResult } from "../../../../bench/bench.ts";
import { mergeResults, parseResults, printResults } from "../../../../bench/report/resultsFile.ts";

const monday = "2026-11-16T10:00:00.000Z";
const tuesday = "2026-11-17T10:00:00.000Z";
const order = ["speed", "memory"];

const row = (name: string, value: number): BenchResult =>
  result(name, value, "×", { comparison: "<=", value: 1 }, "once");

const first = mergeResults(
  null,
  {
    machine: "old",
    date: monday,
    groups: [
      { name: "memory", results: [row("peak", 0.5)] },
      { name: "speed", results: [row("rate", 0.9), row("floor", 0.8)] },
    ],
  },
  order,
);

test("rows stand in the order of the groups, each with its group and date", () => {
  expect(first.results.map(({ name, group, date }) => [name, group, date])).toEqual([
    ["rate", "speed", monday],
    ["floor", "speed", monday],
    ["peak", "memory", monday],
  ]);
});

test("a run of some groups replaces their rows and keeps the others with their own date", () => {
  const run = { machine: "old", date: tuesday, groups: [{ name: "speed", results: [row("rate", 1.2)] }] };
  const merged = mergeResults(first, run, order);
  expect(merged.date).toBe(tuesday);
  expect(merged.results.map(({ name, value, date, holds }) => [name, value, date, holds])).toEqual([
    ["rate", 1.2, tuesday, false],
    ["peak", 0.5, monday, true],
  ]);
});

test("kept rows of another machine name it, also after a second run on the new one", () => {
  const run = { machine: "new", date: tuesday, groups: [{ name: "speed", results: [row("rate", 1)] }] };
  const once = mergeResults(first, run, order);
  const twice = mergeResults(once, run, order);
  expect(twice).toEqual(once);
  expect(once.machine).toBe("new");
  expect(once.results.map(({ name, machine }) => [name, machine])).toEqual([
    ["rate", undefined],
    ["peak", "old"],
  ]);
});

test("rows of a group that is gone are dropped", () => {
  const run = { machine: "old", date: tuesday, groups: [] };
  expect(mergeResults(first, run, ["memory"]).results.map(({ name }) => name)).toEqual(["peak"]);
});

test("a file read back is the file that was written, what was not measured included", () => {
  const run = { machine: "old", date: monday, groups: [{ name: "speed", results: [row("skipped", Number.NaN)] }] };
  const file = mergeResults(first, run, order);
  expect(parseResults(printResults(file))).toEqual(file);
});

test.each([
  ["{}", "`results` is not a list"],
  ['{"machine":"m","date":"d","results":[{"name":"x"}]}', "`comparison` is missing"],
  ['{"machine":"m","results":[]}', "`date` is missing"],
])("%s is refused", (text, reason) => {
  expect(() => parseResults(text)).toThrow(reason);
});
