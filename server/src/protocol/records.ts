/** What a run writes to disk. The shapes of output lines follow `vllm run-batch` (VLLM.md §1.4), key order included. */

export type RunStatus =
  | "validating"
  | "queued"
  | "in_progress"
  | "paused"
  | "finalizing"
  | "completed"
  | "failed"
  | "cancelling"
  | "cancelled";

/** One line of `output.jsonl`: a request that was answered. */
export interface OutputLine {
  id: string;
  custom_id: string;
  response: { status_code: number; request_id: string; body: unknown };
  error: null;
}

/** One line of `errors.jsonl`: a request that failed for good, and why. */
export interface ErrorLine {
  id: string;
  /** null only for a line whose id could not be read or stands twice. */
  custom_id: string | null;
  response: { status_code: number; request_id: string; body: unknown } | null;
  error: {
    /** A problem code of the check (`json.*`, `request.*` …) or of the run (`run.*`). */
    code: string;
    message: string;
    /** Line of the batch file, from 1. */
    line: number;
    attempts: number;
    /** Every try that failed, oldest first. */
    causes: string[];
  };
}
