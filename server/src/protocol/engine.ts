/** A managed engine: what it is set up by, how it stands, how it ended and why. */

/** By vLLM's own long name, without dashes in front. `true`: the bare flag, `false`: absent. */
export type FlagValue = boolean | number | string | readonly string[];
export type Flags = Readonly<Record<string, FlagValue>>;

/** A named set of engine settings, complete: what a file or a setting leaves out has been filled in. */
export interface Profile {
  name: string;
  /** The simulator is our own stand-in; what it answers means nothing. */
  engine: "vllm" | "simulator";
  /** Path of the `vllm` program; null: it is looked for. */
  vllm: string | null;
  /** What to load, a repository on the Hub or a folder; null: what the batch file names. */
  model: string | null;
  /** The name by which requests ask for it; null: as `model`. */
  servedModelName: string | null;
  flags: Flags;
  env: Readonly<Record<string, string>>;
  /** Without progress in the log, a start is given up after so long; progress begins it anew. */
  startTimeoutSeconds: number;
  /** Requests are there and nothing moves for so long: it hangs. */
  hangSeconds: number;
  /** More crashes than this within ten minutes, without 200 saved answers between, end the attempts. */
  maxCrashes: number;
}

/** Settings to change; null takes one away. The recovery ladder changes one per rung. */
export interface ProfileChange {
  flags?: Readonly<Record<string, FlagValue | null>>;
  env?: Readonly<Record<string, string | null>>;
}

/** What kind of program answers at an endpoint. `other`: an OpenAI-compatible server that does not say which. */
export type ServerKind = "vllm" | "ollama" | "lmstudio" | "llamacpp" | "other";

/** Where an engine listens. */
export interface EngineAddress {
  /** Base URL without `/v1`. With a socket its host says nothing. */
  url: string;
  /** A Unix domain socket that stands for the host of `url`; null: TCP. */
  socketPath: string | null;
}

export const engineCauses = [
  "gpu_memory_occupied",
  "gpu_oom_weights",
  "gpu_oom_runtime",
  "kv_cache_too_small_for_max_len",
  "no_kv_cache_memory",
  "max_len_exceeds_model",
  "quantization_mismatch",
  "quantization_unsupported_gpu",
  "dtype_unsupported_gpu",
  "gpu_too_old",
  "driver_too_old",
  "no_gpu",
  "tensor_parallel_invalid",
  "model_not_found",
  "model_gated",
  "hub_offline_or_network",
  "tokenizer_or_chat_template",
  "architecture_unsupported",
  "trust_remote_code_required",
  "port_in_use",
  "bad_flag",
  "python_import_error",
  "disk_full",
  "host_oom_killed",
  "worker_died",
  "engine_hang",
  "nccl_error",
  "cuda_illegal_access",
  "startup_timeout",
  "clean_stop",
  "exit0_after_engine_death",
  "unknown",
] as const;

/** Why an engine ended, does not start, or does nothing. */
export type EngineCause = (typeof engineCauses)[number];

export type Confidence = "high" | "medium" | "low";

export type FactValue = number | string | boolean | readonly (number | string)[];

export interface Remedy {
  /** What to do, for a person. */
  text: string;
  /** The same as a change of settings, where it is one. */
  change: ProfileChange | null;
}

export interface Diagnosis {
  cause: EngineCause;
  confidence: Confidence;
  /** One or two sentences for a tired person, with the numbers. */
  summary: string;
  /** Lines of the log (from 1) that prove it, the most telling first. */
  evidence: { line: number; text: string }[];
  /** Values read in the log: GiB for memory, tokens for lengths. */
  facts: Record<string, FactValue>;
  remedies: Remedy[];
}

/** How the process that we started ended. Both null: unknown, or it has not. */
export interface ExitFacts {
  code: number | null;
  signal: string | null;
}

/** What decides what is executed on a machine, by what it is. file: what lies at the program's path. */
export const consentKinds = ["program", "file", "flag", "variable", "model"] as const;
export type ConsentKind = (typeof consentKinds)[number];

/** Something that a person must confirm before it is executed, once for this path and this content. */
export interface ConsentRequest {
  /** The profile's file, or the program. */
  path: string;
  /** SHA-256, in hex, over everything that is confirmed. */
  hash: string;
  /** What would be executed, each in a text that is safe to print. */
  parts: { kind: ConsentKind; text: string }[];
}

/** A process is the same only while both are. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot (proc(5), field 22); on systems without /proc the start time as `ps` tells it. */
  started: string;
}

/** How far a start has come, in the order in which it does. */
export const startPhases = [
  "launching",
  "configuring",
  "downloading",
  "loading",
  "compiling",
  "kvCache",
  "graphs",
  "serving",
] as const;
export type StartPhase = (typeof startPhases)[number];

export interface StartProgress {
  phase: StartPhase;
  /** Of `total`, in the unit of the log (shards, files, graphs); null when it does not say. */
  done: number | null;
  total: number | null;
}

/** What an engine says about its memory while it starts: measured, where a fit was estimated. */
export interface MeasuredCapacity {
  weightsGiB: number | null;
  kvCacheGiB: number | null;
  kvCacheTokens: number | null;
  maxModelLen: number | null;
  /** Requests of the whole length that fit at once. */
  maxConcurrency: number | null;
}

/**
 * starting    → its process runs, it does not answer yet
 * ready       → it answers
 * stalled     → requests run and nothing moves; not yet for so long that it counts as hanging
 * recovering  → it has died or hung; what is left of it is cleared away, and the next try is being prepared
 * failed      → given up; `diagnosis` says why
 */
export type EngineState = "starting" | "ready" | "stalled" | "recovering" | "stopping" | "stopped" | "failed";

/** One step of the recovery ladder, as it is written down and shown. */
export interface Rung {
  /** From 1, over the life of the engine. */
  number: number;
  cause: EngineCause;
  /** What is changed; null: the same settings again. */
  change: ProfileChange | null;
  /** For a person: what is tried and why. */
  why: string;
  diff: SettingDiff[];
}

export interface SettingDiff {
  /** `--max-num-seqs`, or the name of an environment variable. */
  setting: string;
  /** null: not set. */
  before: FlagValue | null;
  after: FlagValue | null;
}

/** One line of an engine's history. */
export interface EngineEvent {
  /** ISO 8601. */
  at: string;
  event:
    | "launch"
    | "phase"
    | "ready"
    | "stalled"
    | "moving"
    | "hang"
    | "exit"
    | "diagnosis"
    | "rung"
    | "wait"
    | "leftover"
    /** A GPU, its driver or its tool is in trouble (`fault`), or no longer (null). */
    | "gpu"
    | "failed"
    | "stopped";
  [detail: string]: unknown;
}
