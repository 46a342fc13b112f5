import type { Settings } from "../arguments/settings.ts";

/** What a token's keys and values take on a model like Llama 3 8B: 2 · 32 layers · 8 heads · 128 · 2 bytes. */
export const KV_BYTES_PER_TOKEN = 131_072;
const GIB = 2 ** 30;

export type MemoryPlan =
  | { kind: "fits"; blocks: number; kvGib: number; usedGib: number }
  /** The memory is somebody else's: vLLM looks before it loads. */
  | { kind: "occupied"; message: string }
  | { kind: "no-room"; message: string };

/**
 * How the simulated GPU's memory is spent: weights, then KV blocks from the rest of what vLLM may use, or as many as it
 * was told. `heldGib` is what other (simulated) processes hold. The messages are those of vLLM 0.32.
 */
export function planMemory(settings: Settings, heldGib: number): MemoryPlan {
  const { gpuMemoryGib, gpuMemoryUtilization, weightsGib, blockSize, maxModelLen } = settings;
  const wantedGib = gpuMemoryGib * gpuMemoryUtilization;
  const freeGib = gpuMemoryGib - heldGib;
  if (freeGib < wantedGib) return { kind: "occupied", message: occupied(settings, freeGib, wantedGib) };
  const blockBytes = blockSize * KV_BYTES_PER_TOKEN;
  const free = settings.kvCacheMemoryBytes ?? (wantedGib - weightsGib) * GIB;
  const kvBytes = settings.numGpuBlocks === undefined ? free : settings.numGpuBlocks * blockBytes;
  // One block is kept back, and no request gets it (vLLM 0.32, kv_cache_utils.py).
  const usableBytes = kvBytes - blockBytes;
  if (usableBytes <= 0) return { kind: "no-room", message: noBlocks() };
  if (Math.ceil(maxModelLen / blockSize) * blockBytes > usableBytes) {
    return { kind: "no-room", message: contextTooLong(maxModelLen, usableBytes, blockSize) };
  }
  const kvGib = kvBytes / GIB;
  return { kind: "fits", blocks: Math.floor(kvBytes / blockBytes), kvGib, usedGib: kvGib + weightsGib };
}

function occupied(settings: Settings, freeGib: number, wantedGib: number): string {
  const { gpuMemoryGib, gpuMemoryUtilization } = settings;
  return (
    `Free memory on device cuda:0 (${freeGib.toFixed(2)}/${gpuMemoryGib.toFixed(2)} GiB) on startup is less than ` +
    `desired GPU memory utilization (${gpuMemoryUtilization}, ${wantedGib.toFixed(2)} GiB). ` +
    "Decrease GPU memory utilization or reduce GPU memory used by other processes."
  );
}

function noBlocks(): string {
  return (
    "No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine " +
    "(this flag also controls CPU memory reservation on the CPU backend, despite its name). " +
    "See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details."
  );
}

/** vLLM's text with the estimated length, for a KV cache of `kvBytes` that requests can get. */
export function contextTooLong(maxModelLen: number, kvBytes: number, blockSize: number): string {
  const needed = ((Math.ceil(maxModelLen / blockSize) * blockSize * KV_BYTES_PER_TOKEN) / GIB).toFixed(2);
  const estimated = Math.floor(kvBytes / KV_BYTES_PER_TOKEN / blockSize) * blockSize;
  const estimate =
    estimated > 0 ? `Based on the available memory, the estimated maximum model length is ${estimated}. ` : "";
  return (
    `To serve at least one request with the model's max seq len (${maxModelLen}), (${needed} GiB KV cache is needed, ` +
    `which is larger than the available KV cache memory (${(kvBytes / GIB).toFixed(2)} GiB). ${estimate}` +
    "Try increasing `gpu_memory_utilization` (which also controls CPU memory on the CPU backend) or decreasing " +
    "`max_model_len` when initializing the engine. " +
    "See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details."
  );
}
