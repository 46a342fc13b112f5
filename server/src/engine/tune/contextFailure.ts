import type { Diagnosis, EngineCause } from "../../protocol/engine.ts";
import type { ContextTry } from "./contextSearch.ts";

/** Whether a start that failed for this cause might succeed with a shorter context. */
const shorterHelps: Readonly<Record<EngineCause, boolean>> = {
  kv_cache_too_small_for_max_len: true,
  max_len_exceeds_model: true,
  gpu_oom_runtime: true,
  host_oom_killed: true,
  gpu_memory_occupied: false,
  gpu_oom_weights: false,
  // Not even one token has room.
  no_kv_cache_memory: false,
  quantization_mismatch: false,
  quantization_unsupported_gpu: false,
  dtype_unsupported_gpu: false,
  gpu_too_old: false,
  driver_too_old: false,
  no_gpu: false,
  tensor_parallel_invalid: false,
  model_not_found: false,
  model_gated: false,
  hub_offline_or_network: false,
  tokenizer_or_chat_template: false,
  architecture_unsupported: false,
  trust_remote_code_required: false,
  port_in_use: false,
  bad_flag: false,
  python_import_error: false,
  disk_full: false,
  worker_died: false,
  engine_hang: false,
  nccl_error: false,
  cuda_illegal_access: false,
  startup_timeout: false,
  clean_stop: false,
  exit0_after_engine_death: false,
  unknown: false,
};

export interface FailedStart {
  /** As it was given, or as the log names it; null: neither. */
  length: number | null;
  /** It was ready, and died or hung under requests that filled its context. */
  wasReady: boolean;
}

/** What a start that failed says of the length it was tried with. */
export function judgeFailure(diagnosis: Diagnosis, { length, wasReady }: FailedStart): ContextTry {
  const { cause, facts, remedies } = diagnosis;
  // Under load the length is what is being tried, whatever the log takes for the cause.
  if (!wasReady && !shorterHelps[cause]) return { outcome: { kind: "unrelated" }, hint: null };
  const most =
    tokens(facts["estimatedMaxLen"]) ?? (cause === "max_len_exceeds_model" ? tokens(facts["modelMaxLen"]) : null);
  const advised = remedies.map(({ change }) => tokens(change?.flags?.["max-model-len"])).find((one) => one !== null);
  return {
    outcome: { kind: "tooLong", length: length ?? tokens(facts["maxModelLen"]), most },
    hint: most ?? advised ?? null,
  };
}

function tokens(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 1 ? Math.floor(value) : null;
}
