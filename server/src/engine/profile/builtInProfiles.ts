import type { Profile } from "../../protocol/engine.ts";

/** What a profile says that says nothing. */
export const profileDefaults = {
  engine: "vllm",
  vllm: null,
  model: null,
  servedModelName: null,
  flags: {},
  env: {},
  // Large models load for minutes; progress in the log begins this time anew.
  startTimeoutSeconds: 600,
  hangSeconds: 120,
  maxCrashes: 3,
} as const satisfies Omit<Profile, "name">;

/** How much of a GPU that also draws a desktop may be taken: the share of `desktop`, and how far it may be moved. */
export const desktopShare = { usual: 0.7, least: 0.5, most: 0.95 } as const;

/** As the value of `tensor-parallel-size`: as many as there are GPUs. Filled in by `fillGpuCount` before the start. */
export const ALL_GPUS = "gpus";

/** One line per request is of no use in the log of a batch, and pushes the useful ones out. */
const quietLog = { "disable-uvicorn-access-log": true } as const;

export const builtInProfiles: readonly Profile[] = [
  {
    ...profileDefaults,
    name: "desktop",
    flags: { "gpu-memory-utilization": desktopShare.usual, ...quietLog },
  },
  {
    ...profileDefaults,
    name: "throughput",
    // The default of vLLM itself since 0.21 (#38284); older versions take 0.9. The mode doubles both sizes of a batch.
    flags: { "gpu-memory-utilization": 0.92, "performance-mode": "throughput", ...quietLog },
  },
  {
    ...profileDefaults,
    name: "conservative",
    flags: {
      "gpu-memory-utilization": 0.5,
      "max-num-seqs": 8,
      "max-num-batched-tokens": 4096,
      "enforce-eager": true,
      "enable-chunked-prefill": true,
      ...quietLog,
    },
  },
  {
    ...profileDefaults,
    name: "multi-gpu",
    flags: {
      "gpu-memory-utilization": 0.9,
      "tensor-parallel-size": ALL_GPUS,
      "distributed-executor-backend": "mp",
      ...quietLog,
    },
  },
  {
    ...profileDefaults,
    name: "cpu",
    // Without eager mode the CPU build compiles, for which a C++ compiler must be there.
    flags: { dtype: "bfloat16", "enforce-eager": true, ...quietLog },
    // In GiB. Without it the CPU build takes the share of `gpu-memory-utilization` (0.92) of all main memory (2026-05).
    env: { VLLM_CPU_KVCACHE_SPACE: "2" },
  },
  { ...profileDefaults, name: "simulator", engine: "simulator" },
];

/** One sentence for each of them. */
export const builtInSummaries: Readonly<Record<string, string>> = {
  desktop: "One GPU that also draws your desktop: 70 % of its memory. The default.",
  throughput: "A GPU that has nothing else to do: 92 % of its memory, large batches.",
  conservative: "When it must not fail: half of the memory, 8 requests at once, no CUDA graphs.",
  "multi-gpu": "One model over all GPUs of this machine (tensor parallel).",
  cpu: "The CPU build of vLLM: small models, for trying things out.",
  simulator: "No engine at all: a stand-in that answers at once and means nothing by it.",
};

/** undefined: there is none of this name. */
export function builtInProfile(name: string): Profile | undefined {
  return builtInProfiles.find((profile) => profile.name === name);
}
