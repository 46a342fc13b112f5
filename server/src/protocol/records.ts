/** What a run writes to disk. The lines of output files follow `vllm run-batch` (vLLM 0.32), key order included. */
import type { Profile, ServerKind } from "./engine.ts";

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
  /** null when the request was never sent, or when no answer to it was a last word. */
  response: { status_code: number; request_id: string; body: null } | null;
  error: RunError;
}

export interface RunError {
  /** A problem code of the check (`json.*`, `request.*` …) or of the run (`run.*`). */
  code: string;
  message: string;
  /** Line of the batch file, from 1. */
  line: number;
  /** Its last line, for an object that was printed over several. */
  end_line?: number;
  /** Tries that were spent; 0 for a line that was never sent. */
  attempts: number;
  /** Every try that failed, oldest first. */
  causes: string[];
}

/** Changes to every body of a run. A run without overrides sends the bodies' bytes as they stand in the file. */
export interface Overrides {
  model?: string;
  /** Name in the file → name that is sent: the server has the same model under another name. */
  models?: Readonly<Record<string, string>>;
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  seed?: number;
}

/** Which requests of the file a run is about: all that are valid, the first `limit`, or `sample` drawn by `seed`. */
export interface Selection {
  limit?: number;
  sample?: number;
  sampleSeed?: number;
}

export interface RunOptions {
  /** null: steered by the engine's metrics. */
  inFlight: number | null;
  order: "file" | "prefix";
  /** Per cent of the requests that must be answered for exit code 0. */
  failUnder: number;
  /** Also write `output.ordered.jsonl` at the end, in the order of the batch file. */
  inputOrder: boolean;
  maxAttempts: number;
  requestTimeoutMs: number;
  giveUpAfterMs: number;
}

/** A profile as a run keeps it. Of an environment variable that may be a secret, the value is not kept: null. */
export interface RecordedProfile extends Omit<Profile, "env"> {
  env: Readonly<Record<string, string | null>>;
}

/** Where the answers come from. */
export interface EngineRecord {
  kind: "attached" | "simulator" | "managed";
  /** Base URL without `/v1`. Of an engine that was started for the run: the last one it listened on. */
  url: string;
  /** Name of the environment variable that holds the key. The key itself is never written. */
  apiKeyEnv: string | null;
  /** What answers there, by its own word; missing until it was asked, and in runs of versions that did not ask. */
  server?: ServerKind;
  version: string | null;
  /** Ids of `/v1/models`; null when the engine has no such list. */
  models: string[] | null;
  /** True when the answers are made up. */
  simulated: boolean;
  /** Of a simulator: its script of faults. */
  timeline: string | null;
  /** Of a managed engine only. */
  managed?: {
    /** Name of the profile, or path of its file, as it was asked for. */
    profile: string;
    /** The settings that have answered last; what the profile was when the run began, until others do. null: not yet. */
    settings: RecordedProfile | null;
  };
}

export interface RunCounts {
  /** Requests of this run, the invalid ones among them. */
  total: number;
  completed: number;
  failed: number;
  /** Requests that were sent more than once. */
  retried: number;
  engineRestarts: number;
  promptTokens: number;
  completionTokens: number;
  /** Time spent running, over all sessions. */
  seconds: number;
}

/** The batch file of a run. */
export interface InputRecord {
  path: string;
  sizeBytes: number;
  sha256: string;
  lines: number;
  requests: number;
  invalid: number;
  /**
   * The request of the run that needs most of the context, prompt and answer, in tokens by an estimate. Not there of a
   * sample, which is drawn after the check.
   */
  longest?: { line: number; tokens: number };
}

/** `run.json`. */
export interface Manifest {
  version: 1;
  id: string;
  program: string;
  createdAt: string;
  input: InputRecord;
  models: string[];
  selection: Selection;
  overrides: Overrides;
  options: RunOptions;
  engine: EngineRecord;
  status: RunStatus;
  /** In words, why it has this status. */
  reason: string | null;
  history: { status: RunStatus; at: string; reason: string | null }[];
  counts: RunCounts;
  /** The process that works on the run, or did last. Whether it still does is told by the lock, not by this. */
  owner: { pid: number; host: string; since: string };
}

/** One line of `events.jsonl`. */
export interface RunEvent {
  /** ISO 8601. */
  at: string;
  event:
    | "status"
    | "repaired"
    | "engine"
    | "attempt"
    | "deadLetter"
    | "progress"
    | "disk"
    | "tampered"
    | "inFlight"
    | "retry"
    | "exported";
  [detail: string]: unknown;
}

/** The `--json` answer of run, resume, retry and cancel. */
export interface RunSummary {
  run: string;
  folder: string;
  status: RunStatus;
  reason: string | null;
  simulated: boolean;
  total: number;
  completed: number;
  failed: number;
  retried: number;
  engineRestarts: number;
  seconds: number;
  requestsPerSecond: number;
  promptTokens: number;
  completionTokens: number;
}
