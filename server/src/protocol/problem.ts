/** What a check of a batch file says about one place in it. The same shape in the CLI's --json and in the editor. */

export type Severity = "error" | "warning" | "info";

/** "safe": the meaning is unchanged, or the correction is certain. "suggested": a person should look first. */
export type FixKind = "safe" | "suggested";

/** Lines and columns count from 1; columns in UTF-16 units; the end is exclusive. */
export interface TextRange {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Problem extends TextRange {
  /** Stable and dotted. `file.*`: about the whole file, line 1. `json.*`, `encoding.*`: not JSON by RFC 8259. */
  code: string;
  severity: Severity;
  message: string;
  /** The request's `custom_id`, where it could be read. */
  customId: string | null;
  fix: FixKind | null;
  /** Another place that explains this one, such as the first use of a duplicate id. */
  related?: { line: number; message: string };
}

export interface ProblemCounts {
  error: number;
  warning: number;
  info: number;
}
