import type { FlagValue } from "../../protocol/engine.ts";

/**
 * Flags that set a size, a share, a mode or a switch and nothing else, whatever plain word or number they are given.
 * Every other flag of a profile that may have come with a repository needs a person's word: among the hundreds of vLLM
 * there are many that load code (`trust-remote-code`, `*-plugin`, `*-cls`, `logits-processors`, `middleware`, connectors
 * inside JSON configurations), that read or write files, that open the engine to the network, or that call out. New ones
 * come with each version, so the list names what is harmless and not what is not.
 */
const harmless = new Set([
  "async-scheduling",
  "block-size",
  "calculate-kv-scales",
  "cpu-offload-gb",
  "cudagraph-capture-sizes",
  "data-parallel-size",
  "device-memory-utilization",
  "disable-cascade-attn",
  "disable-custom-all-reduce",
  "disable-hybrid-kv-cache-manager",
  "disable-log-requests",
  "disable-log-stats",
  "disable-sliding-window",
  "disable-uvicorn-access-log",
  "dtype",
  "enable-auto-tool-choice",
  "enable-chunked-prefill",
  "enable-expert-parallel",
  "enable-force-include-usage",
  "enable-per-request-metrics",
  "enable-prefix-caching",
  "enable-prompt-tokens-details",
  "enable-request-id-headers",
  "enforce-eager",
  "gpu-memory-utilization",
  "kv-cache-dtype",
  "kv-cache-memory-bytes",
  "language-model-only",
  "long-prefill-token-threshold",
  "max-cudagraph-capture-size",
  "max-logprobs",
  "max-lora-rank",
  "max-loras",
  "max-model-len",
  "max-num-batched-tokens",
  "max-num-partial-prefills",
  "max-num-queued-reqs",
  "max-num-seqs",
  "max-seq-len-to-capture",
  "num-gpu-blocks-override",
  "optimization-level",
  "performance-mode",
  "pipeline-parallel-size",
  "quantization",
  "reasoning-parser",
  "scheduling-policy",
  "seed",
  "shutdown-timeout",
  "skip-mm-profiling",
  "stream-interval",
  "swap-space",
  "tensor-parallel-size",
  "tool-call-parser",
  "watermark",
]);

/** The kinds of executors that vLLM has itself; any other word is the name of a class to load. */
const executors = new Set(["mp", "ray", "uni"]);

/** `false` is an absent flag. Texts only as plain words: no path, address, module or JSON. */
export function isHarmless(flag: string, value: FlagValue): boolean {
  if (value === false) return true;
  if (flag === "distributed-executor-backend") return typeof value === "string" && executors.has(value);
  const name = flag.startsWith("no-") ? flag.slice("no-".length) : flag;
  if (!harmless.has(name)) return false;
  return typeof value === "boolean" || typeof value === "number" || isPlain(value);
}

function isPlain(value: string | readonly string[]): boolean {
  const words = typeof value === "string" ? [value] : value;
  return words.every((word) => /^(?:[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*|\d+\.\d+)$/.test(word));
}
