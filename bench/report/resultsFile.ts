import { isObject, property } from "../../server/src/util/unknown.ts";
import type { BenchResult } from "../bench.ts";

/** A row of bench/results.json: a result, with the group that measured it and the day on which it did. */
export interface ResultRow extends BenchResult {
  group: string;
  /** ISO 8601, UTC. */
  date: string;
  /** Only where the row comes from another machine than the newest ones. */
  machine?: string;
}

/** bench/results.json. `machine` and `date` are those of the newest run; each row has the date of its own. */
export interface ResultsFile {
  machine: string;
  date: string;
  results: ResultRow[];
}

export interface BenchRun {
  machine: string;
  date: string;
  /** By group, in the order of the run. */
  groups: readonly { name: string; results: readonly BenchResult[] }[];
}

/**
 * The new rows take the place of the old ones of their groups; groups that did not run keep theirs. The order is that
 * of `order`, and rows of groups that are not in it are left out: their bench is gone.
 */
export function mergeResults(old: ResultsFile | null, run: BenchRun, order: readonly string[]): ResultsFile {
  const fresh = new Map(run.groups.map((group) => [group.name, group.results]));
  const results = order.flatMap((group): ResultRow[] => {
    const measured = fresh.get(group);
    if (measured !== undefined) return measured.map((row) => ({ ...row, group, date: run.date }));
    return (old?.results ?? []).filter((row) => row.group === group).map((row) => keepOld(row, old, run));
  });
  return { machine: run.machine, date: run.date, results };
}

function keepOld(row: ResultRow, old: ResultsFile | null, run: BenchRun): ResultRow {
  const { machine = old?.machine, ...rest } = row;
  return machine === undefined || machine === run.machine ? rest : { ...rest, machine };
}

/** What was not measured (NaN) is null in the file, as JSON has no other word for it. */
export function printResults(file: ResultsFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Throws an Error that says what is wrong when the text is not what printResults made. */
export function parseResults(text: string): ResultsFile {
  const file: unknown = JSON.parse(text);
  const results = property(file, "results");
  if (!Array.isArray(results)) throw new Error("results.json: `results` is not a list.");
  return { machine: textAt(file, "machine"), date: textAt(file, "date"), results: results.map(parseRow) };
}

function parseRow(row: unknown): ResultRow {
  const comparison = textAt(row, "comparison");
  if (comparison !== "<=" && comparison !== ">=") throw new Error(`results.json: unknown comparison ${comparison}.`);
  const holds = property(row, "holds");
  return {
    name: textAt(row, "name"),
    value: numberAt(row, "value") ?? Number.NaN,
    unit: textAt(row, "unit"),
    bar: numberAt(row, "bar"),
    comparison,
    holds: typeof holds === "boolean" ? holds : null,
    detail: textAt(row, "detail"),
    group: textAt(row, "group"),
    date: textAt(row, "date"),
    ...(isObject(row) && "machine" in row ? { machine: textAt(row, "machine") } : {}),
  };
}

function textAt(value: unknown, key: string): string {
  const text = property(value, key);
  if (typeof text !== "string") throw new Error(`results.json: \`${key}\` is missing or not a text.`);
  return text;
}

function numberAt(value: unknown, key: string): number | null {
  const number = property(value, key);
  if (typeof number === "number" || number === null) return number;
  throw new Error(`results.json: \`${key}\` is missing or not a number.`);
}
