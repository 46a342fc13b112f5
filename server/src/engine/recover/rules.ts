import type { EngineCause } from "../../protocol/engine.ts";
import type { LadderRule } from "./ladderTypes.ts";
import { cudaIllegalAccess, died, hang, hostOom, nccl, stoppedByOthers, unknown } from "./rules/death.ts";
import { gpuMemoryOccupied, gpuOomRuntime, gpuOomWeights, kvCacheTooSmall, noKvCacheMemory } from "./rules/memory.ts";
import {
  badFlag,
  dtypeUnsupported,
  maxLenExceedsModel,
  quantizationMismatch,
  quantizationUnsupported,
  tensorParallelInvalid,
} from "./rules/settings.ts";
import { hubUnreachable, portInUse, startupTimeout } from "./rules/world.ts";

/** What is tried for each cause (docs/recovery.md has the same as a table); null: it needs a person. */
export const ladderRules: Readonly<Record<EngineCause, LadderRule | null>> = {
  gpu_memory_occupied: gpuMemoryOccupied,
  gpu_oom_weights: gpuOomWeights,
  gpu_oom_runtime: gpuOomRuntime,
  kv_cache_too_small_for_max_len: kvCacheTooSmall,
  no_kv_cache_memory: noKvCacheMemory,
  max_len_exceeds_model: maxLenExceedsModel,
  quantization_mismatch: quantizationMismatch,
  quantization_unsupported_gpu: quantizationUnsupported,
  dtype_unsupported_gpu: dtypeUnsupported,
  gpu_too_old: null,
  driver_too_old: null,
  no_gpu: null,
  tensor_parallel_invalid: tensorParallelInvalid,
  model_not_found: null,
  model_gated: null,
  hub_offline_or_network: hubUnreachable,
  tokenizer_or_chat_template: null,
  architecture_unsupported: null,
  trust_remote_code_required: null,
  port_in_use: portInUse,
  bad_flag: badFlag,
  python_import_error: null,
  disk_full: null,
  host_oom_killed: hostOom,
  worker_died: died,
  engine_hang: hang,
  nccl_error: nccl,
  cuda_illegal_access: cudaIllegalAccess,
  startup_timeout: startupTimeout,
  clean_stop: stoppedByOthers,
  exit0_after_engine_death: died,
  unknown,
};
