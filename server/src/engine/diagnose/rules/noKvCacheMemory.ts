import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { capturedNumber, said } from "../words.ts";

const nothingLeft = [
  /No available memory for the cache blocks/,
  /Cannot auto-fit max_model_len/,
  /not enough GPU memory available to serve even a single token/,
];
/** Nothing is left for the cache at all. */
export const noKvCacheMemory: Rule = {
  cause: "no_kv_cache_memory",
  judge(failure, log) {
    return said(failure, nothingLeft) ? noRoom(failure, availableGiB(failure, log)) : null;
  },
};

/** After the weights there is no room for a cache. */
export function noRoom(failure: Failure, available: number | null): Finding {
  const rest = available === null ? "" : ` (${String(available)} GiB)`;
  return finding(failure, {
    cause: "no_kv_cache_memory",
    weight: "root",
    confidence: "high",
    summary: `After the weights nothing is left for the KV cache${rest}: not even a short request would fit.`,
    facts: someFacts({ availableGiB: available }),
    remedies: [
      advice("Raise --gpu-memory-utilization if the GPU has memory to spare."),
      advice("Otherwise take a smaller or quantised model, or more GPUs. A shorter --max-model-len does not help."),
    ],
  });
}

function availableGiB(failure: Failure, log: Transcript): number | null {
  let found: number | null = null;
  for (const line of log.lines) {
    if (line.number > failure.line) break;
    found = capturedNumber(line.text, /Available KV cache memory: (-?[\d.]+) GiB/) ?? found;
    found = capturedNumber(line.text, /reserved for KV Cache is (-?[\d.]+)GiB/) ?? found;
  }
  return found;
}
