import type { EngineCause } from "../../../server/src/protocol/engine.ts";

/** What vLLM says when it dies at work, word for word (VLLM.md §5.3), and what the product makes of it. */
const crashes: readonly { name: string; cause: EngineCause; log: readonly string[] }[] = [
  {
    name: "a worker died",
    log: [
      "Worker proc VllmWorker-0 died unexpectedly (exit code: -11), shutting down executor.",
      "EngineCore encountered a fatal error.",
    ],
    cause: "worker_died",
  },
  {
    name: "RPC timeout",
    log: ["EngineCore encountered a fatal error.", "TimeoutError: RPC call to execute_model timed out."],
    cause: "engine_hang",
  },
  {
    name: "NCCL watchdog",
    log: [
      "[Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=5, OpType=ALLREDUCE, NumelIn=1, " +
        "NumelOut=1, Timeout(ms)=600000) ran for 600009 milliseconds before timing out.",
      "To avoid data inconsistency, we are taking the entire process down.",
    ],
    cause: "nccl_error",
  },
  {
    name: "illegal access",
    log: [
      "EngineCore encountered a fatal error.",
      "torch.AcceleratorError: CUDA error: an illegal memory access was encountered",
    ],
    cause: "cuda_illegal_access",
  },
  {
    name: "out of GPU memory",
    log: [
      "EngineCore encountered a fatal error.",
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB. GPU 0 has a total capacity of 23.57 " +
        "GiB of which 310.00 MiB is free.",
    ],
    cause: "gpu_oom_runtime",
  },
  {
    name: "failed assertion on the GPU",
    log: ["EngineCore encountered a fatal error.", "torch.AcceleratorError: CUDA error: device-side assert triggered"],
    cause: "cuda_illegal_access",
  },
  {
    name: "memory error of the GPU",
    log: ["torch.AcceleratorError: CUDA error: uncorrectable ECC error encountered"],
    cause: "cuda_illegal_access",
  },
];

/** Faults of an engine that serves. */
export const servingFaults: readonly { name: string; cause: EngineCause; incident: object }[] = [
  ...crashes.map(({ name, cause, log }) => ({ name, cause, incident: { kind: "crash", exitCode: 1, log } })),
  { name: "SIGKILL, for want of memory", cause: "host_oom_killed", incident: { kind: "crash", signal: "SIGKILL" } },
  { name: "a segmentation fault", cause: "worker_died", incident: { kind: "crash", signal: "SIGSEGV" } },
  { name: "its engine lives on as an orphan", cause: "unknown", incident: { kind: "crash", orphan: true } },
  { name: "it leaves with code 0", cause: "exit0_after_engine_death", incident: { kind: "engine-death" } },
  {
    name: "its server lives on",
    cause: "worker_died",
    incident: { kind: "engine-death", keepServing: true },
  },
  { name: "a hang with a healthy /health", cause: "engine_hang", incident: { kind: "hang" } },
];
