// How results get out of the extension host: a file of JSON lines, written as the tests end. The same in a browser and
// in Electron; nothing is lost when the host dies.

/** Names the file, in the environment of the extension host. */
export const resultsVariable = "VLLM_BATCH_HOST_RESULTS";

export interface HostFailure {
  readonly message: string;
  readonly stack: string;
}

export interface HostResult {
  readonly file: string;
  readonly name: string;
  readonly durationMs: number;
  /** Null for a test that passed. */
  readonly failure: HostFailure | null;
}

export type HostLine = HostResult | { readonly endOf: number };

export interface HostReport {
  readonly results: readonly HostResult[];
  /** What went wrong apart from tests: the host died, or lines are missing. Null when all is told. */
  readonly incomplete: string | null;
}

/** Reads the file. Throws where a line is not one of ours. */
export function readReport(text: string): HostReport {
  const lines = text.split("\n").filter((line) => line !== "");
  const parsed = lines.map(parseLine);
  const results = parsed.filter((line) => "name" in line);
  const end = parsed.find((line) => "endOf" in line);
  const last = results.at(-1);
  const after = last === undefined ? "before the first test" : `after '${last.name}' of ${last.file}`;
  if (end === undefined) return { results, incomplete: `The tests came to no end: they stopped ${after}.` };
  if (end.endOf === results.length && end.endOf > 0) return { results, incomplete: null };
  return { results, incomplete: `There are ${end.endOf} tests and ${results.length} results.` };
}

function parseLine(line: string): HostLine {
  const value: unknown = JSON.parse(line);
  if (typeof value === "object" && value !== null) {
    if ("endOf" in value && typeof value.endOf === "number") return { endOf: value.endOf };
    if (isResult(value)) return value;
  }
  throw new Error(`Not a result of a test: ${line}`);
}

function isResult(value: object): value is HostResult {
  const { file, name, durationMs, failure } = value as Record<keyof HostResult, unknown>;
  const isNamed = typeof file === "string" && typeof name === "string" && typeof durationMs === "number";
  return isNamed && (failure === null || isFailure(failure));
}

function isFailure(value: unknown): value is HostFailure {
  const { message, stack } = Object(value) as Record<keyof HostFailure, unknown>;
  return typeof message === "string" && typeof stack === "string";
}
