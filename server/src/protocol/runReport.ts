/** What `run`, `resume` and `retry` tell a program that started them with `--progress json`: one object per line. */
import type { ConsentRequest, Rung, StartProgress } from "./engine.ts";
import type { GpuNow } from "./gpu.ts";
import type { RunStatus } from "./records.ts";

/** How a run stands at a moment: what a progress bar shows. Counts are of saved results only. */
export interface RunProgress {
  status: RunStatus;
  /** What a person should know now: why it waits. null when all is well. */
  notice: string | null;
  /** How far the start of an engine has come, while one is started for the run. `notice` says it in words. */
  engineStart?: StartProgress;
  /** The GPUs under an engine that is watched for the run; absent where there is none. */
  gpu?: GpuNow;
  simulated: boolean;
  total: number;
  completed: number;
  failed: number;
  inFlight: number;
  inFlightLimit: number;
  retried: number;
  engineRestarts: number;
  requestsPerSecond: number;
  tokensPerSecond: number;
  /** null when nothing is known yet. */
  etaSeconds: number | null;
}

/** A line of stderr. One that is not JSON is what went wrong, in words, and the last one. */
export type RunReport =
  | { kind: "folder"; folder: string; simulated: boolean }
  | { kind: "message"; text: string }
  | ({ kind: "progress" } & RunProgress)
  /** The engine has died or hung, and is started again in this way. */
  | ({ kind: "recovery" } & Pick<Rung, "number" | "cause" | "why" | "diff">)
  /** Nothing was started: a person must confirm this first, by `--consent` with its hash. */
  | ({ kind: "consent" } & ConsentRequest);
