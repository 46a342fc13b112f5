import type { MeasuredCapacity } from "../../protocol/engine.ts";

export const noCapacity: MeasuredCapacity = {
  weightsGiB: null,
  kvCacheGiB: null,
  kvCacheTokens: null,
  maxModelLen: null,
  maxConcurrency: null,
};

const number = "([\\d,.]{1,20})";

/** What messages say, by the beginning of their text, vLLM 0.8 to 0.33. What is said later counts. */
const patterns: readonly (readonly [RegExp, readonly (keyof MeasuredCapacity)[]])[] = [
  // Old versions say GB, and mean GiB.
  [new RegExp(`^(?:Model loading|Loading model weights) took ${number} Gi?B`), ["weightsGiB"]],
  [new RegExp(`^Available KV cache memory: ${number} GiB`), ["kvCacheGiB"]],
  [new RegExp(`^[A-Z]{1,8} KV cache size: ${number} tokens`), ["kvCacheTokens"]],
  [new RegExp(`^Maximum concurrency for ${number} tokens per request: ${number}x`), ["maxModelLen", "maxConcurrency"]],
  [new RegExp(`^Using max model len ${number}`), ["maxModelLen"]],
  [new RegExp(`^Auto-fit max_model_len: full model context length ${number} fits`), ["maxModelLen"]],
  [new RegExp(`^Auto-fit max_model_len: reduced from [\\d,]{1,20} to ${number} to fit`), ["maxModelLen"]],
];

/** What a message (a line without its prefixes) says about the memory of the engine; empty for all others. */
export function readCapacity(message: string): Partial<MeasuredCapacity> {
  for (const [pattern, keys] of patterns) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const values = keys.map((key, index) => [key, toNumber(found[index + 1])] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== null));
  }
  return {};
}

/** `162,704`, `10.17`, and `0.0.` at the end of a sentence. */
function toNumber(text = ""): number | null {
  const value = Number(text.replaceAll(",", "").replace(/\.$/, ""));
  return text !== "" && Number.isFinite(value) ? value : null;
}
