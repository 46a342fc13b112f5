import type { BatchSummary } from "../batch/checker.ts";
import type { Target } from "../batch/endpoints.ts";
import type { MendedOnDisk } from "../protocol/language.ts";
import type { Problem } from "../protocol/problem.ts";

interface TaskSettings {
  /** Of the file on disk. */
  path: string;
  target: Target;
  userModels: Readonly<Record<string, string>>;
  /** Codes of problems that are neither told nor mended. */
  ignored: readonly string[];
}

/** Work on a file on disk, done in a thread of its own. Plain data: threads pass nothing else. */
export type DiskTask =
  | (TaskSettings & { kind: "check"; maxProblems: number })
  /** Counts what would be mended. */
  | (TaskSettings & { kind: "preview" })
  /** Mends the file in its place, after a copy of it was made at `backup`, where nothing may be yet. */
  | (TaskSettings & { kind: "fix"; backup: string });

export interface DiskCheck {
  summary: BatchSummary;
  problems: Problem[];
}

export type DiskAnswer =
  | { kind: "checked"; check: DiskCheck }
  | { kind: "mended"; mended: MendedOnDisk }
  | { kind: "failed"; message: string }
  /** From 0 to 1. */
  | { kind: "progress"; share: number };
