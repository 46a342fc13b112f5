/**
 * The fields that are asked for, in the order of the columns. The name is the last: whatever it contains, the columns
 * before it stay where they are.
 */
const fields = [
  "count",
  "index",
  "uuid",
  "driver_version",
  "memory.total",
  "memory.used",
  "memory.free",
  "utilization.gpu",
  "temperature.gpu",
  "power.draw",
  "power.limit",
  "compute_cap",
  "name",
] as const;

export type QueryField = (typeof fields)[number];

/** Without these a line could not be told from another, or is of no use. */
const needed: ReadonlySet<QueryField> = new Set(["index", "name"]);

/** The columns of a query without those fields that the driver turned out not to know. */
export function queryColumns(unknown: ReadonlySet<string>): QueryField[] {
  return fields.filter((field) => !unknown.has(field));
}

/** Arguments of one query, or of one that goes on for ever at this interval. No query of processes: that is the dear one. */
export function queryArguments(columns: readonly QueryField[], intervalMs: number | null): string[] {
  const query = [`--query-gpu=${columns.join(",")}`, "--format=csv,noheader,nounits"];
  if (intervalMs === null) return query;
  return intervalMs % 1000 === 0
    ? [...query, "-l", String(intervalMs / 1000)]
    : [...query, "-lms", String(Math.round(intervalMs))];
}

const REFUSAL = /^Field "([\w.]{1,60})" is not a valid field to query/;

/** The field that this line refuses, if it is one that can be left out. Driver 470 knows no compute_cap. */
export function refusedField(line: string): QueryField | null {
  const name = REFUSAL.exec(line)?.[1];
  return fields.find((field) => field === name && !needed.has(field)) ?? null;
}
