import type { Problem, ProblemCounts } from "../../protocol/problem.ts";
import type { Target } from "../endpoints.ts";

export interface CheckFileOptions {
  target: Target;
  /** The user's own names: Ollama or other name → model id. */
  userModels?: Readonly<Record<string, string>>;
  /** Called for each problem, in the order of the file; problems of the whole file come last. */
  onProblem?: (problem: Problem) => void;
  /** Called once for each line that has an error and so must not be sent. Empty lines are no such lines. */
  onInvalidLine?: (line: InvalidLine) => void;
  onProgress?: (bytesRead: number, sizeBytes: number) => void;
  signal?: AbortSignal;
}

export interface InvalidLine {
  line: number;
  customId: string | null;
  /** Its errors only. */
  problems: readonly Problem[];
}

export interface FileCheck {
  sizeBytes: number;
  /** Hex, of the whole file. */
  sha256: string;
  /** All lines, empty ones too. */
  lines: number;
  /** Lines that are meant as requests: not empty. */
  requests: number;
  /** Requests with at least one error. */
  invalid: number;
  counts: ProblemCounts;
  byCode: Readonly<Record<string, number>>;
  models: Readonly<Record<string, number>>;
  urls: Readonly<Record<string, number>>;
}

/**
 * Checks a batch file of any size from disk, streaming. Throws only what the file system throws, and the signal's
 * reason. Contents never make it throw.
 */
export function checkFile(_path: string, _options: CheckFileOptions): Promise<FileCheck> {
  return Promise.reject(new Error("not built yet"));
}
