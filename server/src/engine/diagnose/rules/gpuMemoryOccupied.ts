import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { captured, capturedNumber, passedThrough, said, wordsOf } from "../words.ts";

/** Kept free above what vLLM asks for: its check compares against what is free at that moment. */
const marginShare = 0.02;
const lowestShare = 0.1;

const tooLittleFree = [
  /Free memory on device .{0,40}\(([\d.]+)\/([\d.]+) GiB\) on startup is less than/,
  /Externally held weights on device .{0,40}\(([\d.]+)\/([\d.]+) GiB\) exceed/,
];
const hostMemory = [
  /Available memory on node \d+ \(([\d.]+)\/([\d.]+) GiB\) on (?:startup|kv cache allocation) is less than/,
];
const memoryRace = [/Error in memory profiling\. ?Initial free memory/];
/** Nothing of ours is on the card yet when it is set up, so what fills it is somebody else's. */
const fullAtSetUp = [/CUDA (?:error|driver error|Error): out of memory/, /Cuda failure \d* ?'out of memory'/];
const setUp = /^(?:init_device|set_device|set_device_index|_cuda_init|_lazy_init|mem_get_info|measure|__post_init__)$/;
const busy = [/CUDA-capable device\(s\) is\/are busy or unavailable/];

/** Somebody else holds the memory, or changed it while it was measured. On the CPU backend: host memory. */
export const gpuMemoryOccupied: Rule = {
  cause: "gpu_memory_occupied",
  judge(failure) {
    const free = said(failure, tooLittleFree);
    if (free) return notEnough(failure, "gpu");
    if (said(failure, hostMemory)) return notEnough(failure, "cpu");
    if (said(failure, memoryRace)) return race(failure);
    const isSettingUp = passedThrough(failure, setUp) && !passedThrough(failure, /load_model|execute_model/);
    if (isSettingUp && said(failure, fullAtSetUp)) {
      return finding(failure, {
        cause: "gpu_memory_occupied",
        confidence: "medium",
        summary: "The GPU was full before vLLM had put anything on it: another program holds its memory.",
        remedies: [advice("See with nvidia-smi what holds the memory, end it, and start again.")],
      });
    }
    if (!said(failure, busy)) return null;
    return finding(failure, {
      cause: "gpu_memory_occupied",
      confidence: "low",
      summary: "The GPU is taken by another program: it is busy or in exclusive mode.",
      remedies: [advice("See with nvidia-smi what uses the GPU, or set its compute mode back to Default.")],
    });
  },
};

function notEnough(failure: Failure, device: "gpu" | "cpu"): Finding {
  const words = wordsOf(failure);
  const free = capturedNumber(words, /\(([\d.]+)\/[\d.]+ GiB\)/);
  const total = capturedNumber(words, /\([\d.]+\/([\d.]+) GiB\)/);
  const share = capturedNumber(words, /utilization \(([\d.]+), [\d.]+ GiB\)/);
  const wanted =
    capturedNumber(words, /utilization \([\d.]+, ([\d.]+) GiB\)/) ??
    capturedNumber(words, /requested memory for kv \(([\d.]+)/);
  const facts = someFacts({
    freeGiB: free,
    totalGiB: total,
    wantedUtilization: share,
    wantedGiB: wanted,
    gpu: device === "gpu" ? capturedNumber(words, /cuda:(\d+)/) : null,
    device: device === "cpu" ? "cpu" : null,
  });
  const what = device === "cpu" ? "host memory" : "GPU memory";
  const summary =
    `Only ${String(free)} of ${String(total)} GiB of ${what} were free, and vLLM wanted ${String(wanted)} GiB` +
    `${share === null ? "" : ` (${String(share)} of all)`}. ` +
    (device === "cpu" ? "On the CPU backend this share means host memory." : "Another program holds the rest.");
  return finding(failure, { cause: "gpu_memory_occupied", summary, facts, remedies: remedies(free, total, device) });
}

function remedies(free: number | null, total: number | null, device: "gpu" | "cpu"): Finding["remedies"] {
  const share = free !== null && total ? shareThatFits(free, total) : null;
  const end = advice(
    device === "cpu"
      ? "Free host memory, or set the size of the KV cache directly with --kv-cache-memory-bytes."
      : "End what holds the GPU's memory (an engine left behind by an earlier start, a desktop, a notebook) and start again.",
  );
  if (share === null || share < lowestShare) return [end];
  const flag = { flags: { "gpu-memory-utilization": share } };
  return [end, advice(`Or start with --gpu-memory-utilization ${String(share)}, which fits now.`, flag)];
}

/** The largest share, in hundredths, that what is free allows. */
export function shareThatFits(freeGiB: number, totalGiB: number): number {
  return Math.max(0, Math.floor((freeGiB / totalGiB - marginShare) * 100 + 1e-9) / 100);
}

function race(failure: Failure): Finding {
  const words = wordsOf(failure);
  return finding(failure, {
    cause: "gpu_memory_occupied",
    summary: "Another program freed or took GPU memory while vLLM was measuring it, so that its measurement is void.",
    facts: someFacts({
      initialFreeGiB: Number(captured(words, /Initial free memory ([\d.]+)/) ?? Number.NaN),
      currentFreeGiB: Number(captured(words, /current free memory ([\d.]+)/) ?? Number.NaN),
    }),
    remedies: [advice("Start again when the other program is done; start engines on one GPU one after the other.")],
  });
}
