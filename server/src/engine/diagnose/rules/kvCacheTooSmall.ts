import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { capturedNumber, said, wordsOf } from "../words.ts";
import { noRoom } from "./noKvCacheMemory.ts";

const oneRequest = [
  /To serve at least one request with (?:the )?models?'?s?'?s? max seq len/,
  /max seq len \(\d+\) is larger than the maximum number of tokens that can be stored in KV cache/,
];
/** vLLM's blocks of cached tokens hold 16, so a length between two multiples gains nothing. */
const blockTokens = 16;

/** One request of the greatest length does not fit into the cache, a shorter one would. */
export const kvCacheTooSmall: Rule = {
  cause: "kv_cache_too_small_for_max_len",
  judge(failure) {
    if (!said(failure, oneRequest)) return null;
    const numbers = readNumbers(wordsOf(failure));
    const shorter = numbers.estimatedMaxLen ?? scaled(numbers);
    if (shorter === null || shorter < 1) return noRoom(failure, numbers.availableGiB);
    const length = numbers.maxModelLen === null ? "that was asked for" : `of ${String(numbers.maxModelLen)} tokens`;
    const room =
      numbers.neededGiB === null
        ? ""
        : ` (it takes ${String(numbers.neededGiB)} GiB, ${String(numbers.availableGiB)} GiB are there)`;
    return finding(failure, {
      cause: "kv_cache_too_small_for_max_len",
      weight: "root",
      confidence: "high",
      summary: `The KV cache cannot hold one request of the length ${length}${room}. ${String(shorter)} tokens fit.`,
      facts: someFacts({ ...numbers }),
      remedies: [
        advice(`Start with --max-model-len ${String(shorter)}.`, { flags: { "max-model-len": shorter } }),
        advice(
          "Or give the cache more room: a larger --gpu-memory-utilization, or --kv-cache-dtype fp8 where the GPU can.",
        ),
      ],
    });
  },
};

interface CacheNumbers {
  maxModelLen: number | null;
  neededGiB: number | null;
  availableGiB: number | null;
  estimatedMaxLen: number | null;
}

function readNumbers(words: string): CacheNumbers {
  return {
    maxModelLen: capturedNumber(words, /max seq len \((\d+)\)/),
    neededGiB: capturedNumber(words, /\(([\d.]+) Gi?B KV cache is needed/),
    availableGiB: capturedNumber(words, /available KV cache memory \((-?[\d.]+) Gi?B\)/),
    estimatedMaxLen:
      capturedNumber(words, /estimated maximum model length is (\d+)/) ??
      capturedNumber(words, /that can be stored in KV cache \((\d+)\)/),
  };
}

/** Versions up to 0.8 give no estimate. */
function scaled({ maxModelLen, neededGiB, availableGiB }: CacheNumbers): number | null {
  if (maxModelLen === null || neededGiB === null || availableGiB === null || neededGiB <= 0) return null;
  return Math.floor((maxModelLen * availableGiB) / neededGiB / blockTokens) * blockTokens;
}
