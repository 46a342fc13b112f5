/** What one measurement says. Ratios of two things run side by side in one go, wherever there is a bar. */
export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  /** null: printed without a bar. */
  bar: number | null;
  comparison: "<=" | ">=";
  /** null: no bar. */
  holds: boolean | null;
  /** How it was measured, and the raw figures behind the ratio. */
  detail: string;
}

/** A group of measurements, one file of bench/ each: `npm run bench -- NAME…` runs some of them. */
export interface Bench {
  name: string;
  /** One line: what is compared with what. */
  about: string;
  run(log: (line: string) => void): Promise<BenchResult[]>;
}

export function result(
  name: string,
  value: number,
  unit: string,
  bar: { comparison: "<=" | ">="; value: number } | null,
  detail: string,
): BenchResult {
  const holds = bar === null ? null : bar.comparison === "<=" ? value <= bar.value : value >= bar.value;
  return { name, value, unit, bar: bar?.value ?? null, comparison: bar?.comparison ?? "<=", holds, detail };
}

/** Of an odd number of figures, the middle one; of an even number, the mean of the two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
