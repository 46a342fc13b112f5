/** The settings of a profile that decide how much memory is needed. */
import type { FlagValue, Profile } from "../../protocol/engine.ts";

export interface FitSettings {
  /** null: not set, vLLM's own default holds. */
  gpuMemoryUtilization: number | null;
  /** Bytes; takes the place of what the share leaves. */
  kvCacheBytes: number | null;
  /** null: not set, the model's own length. */
  maxModelLen: number | null;
  /** vLLM takes the largest length that fits. */
  autoMaxModelLen: boolean;
  maxNumSeqs: number | null;
  maxNumBatchedTokens: number | null;
  kvCacheDtype: string;
  dtype: string;
  quantization: string | null;
  tensorParallel: number;
  pipelineParallel: number;
  eager: boolean;
  /** `--performance-mode throughput`: both sizes of a batch are twice their default (vLLM 0.26). */
  doublesBatch: boolean;
  /** Something moves weights or cache out of the GPU: no estimate holds. */
  offloads: boolean;
}

export function readFitSettings({ flags }: Pick<Profile, "flags">): FitSettings {
  const length = flags["max-model-len"];
  const auto = length === "auto" || Number(length) === -1;
  return {
    gpuMemoryUtilization: numeric(flags["gpu-memory-utilization"]),
    kvCacheBytes: readSize(flags["kv-cache-memory-bytes"]),
    maxModelLen: auto ? null : readSize(length),
    autoMaxModelLen: auto,
    maxNumSeqs: readSize(flags["max-num-seqs"]),
    maxNumBatchedTokens: readSize(flags["max-num-batched-tokens"]),
    kvCacheDtype: word(flags["kv-cache-dtype"]) ?? "auto",
    dtype: word(flags["dtype"]) ?? "auto",
    quantization: word(flags["quantization"]),
    tensorParallel: readSize(flags["tensor-parallel-size"]) ?? 1,
    pipelineParallel: readSize(flags["pipeline-parallel-size"]) ?? 1,
    eager: flags["enforce-eager"] === true,
    doublesBatch: flags["performance-mode"] === "throughput",
    offloads: (numeric(flags["cpu-offload-gb"]) ?? 0) > 0 || flags["offload-backend"] !== undefined,
  };
}

const factors: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** A count as vLLM's command line takes it: `8192`, `8k` (8,000), `8K` (8,192), `1.5G`. null: none, or not positive. */
export function readSize(value: FlagValue | undefined): number | null {
  const found = /^(\d{1,15}(?:\.\d{1,9})?)([kmgtKMGT]?)$/.exec(String(value ?? ""));
  if (found === null) return null;
  const size = Math.floor(Number(found[1]) * (factors[found[2] ?? ""] ?? 1));
  return size > 0 ? size : null;
}

function numeric(value: FlagValue | undefined): number | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const number = value === "" ? NaN : Number(value);
  return Number.isFinite(number) && number > 0 ? number : null;
}

function word(value: FlagValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value.toLowerCase() : null;
}
