import type { EngineAddress } from "../../protocol/engine.ts";

/** How an engine is started. Nothing in it but `env` is a secret. */
export interface LaunchPlan {
  command: string;
  args: string[];
  /** The whole environment of the process; VLLM_API_KEY in it is the key. */
  env: Record<string, string>;
  address: EngineAddress;
  /** The name by which requests ask for the model. */
  servedModel: string;
  /** Flags of ours that this version of vLLM does not have. */
  leftOut: { flag: string; why: string }[];
}

/** Why a profile cannot be started as it is. */
export interface LaunchProblem {
  /** `flags.swap-space`, `model` …; empty: something else than a field. */
  field: string;
  message: string;
}
