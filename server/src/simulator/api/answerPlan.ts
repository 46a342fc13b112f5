import type { Settings } from "../arguments/settings.ts";
import { hashText, logNormal, mix } from "../text/hash.ts";
import type { SamplingFields } from "./samplingFields.ts";

/** What will be answered, decided before the engine sees the request. */
export interface AnswerPlan {
  /** Decides the words (text/answerText.ts). */
  hash: number;
  tokens: number;
  finishReason: "stop" | "length";
}

/**
 * The answer to a prompt: equal for equal seed, prompt and choice. It has `maxTokens` tokens when the end is ignored,
 * else a log-normal length of its own, cut at `maxTokens`.
 */
export function planAnswer(
  settings: Settings,
  prompt: string,
  choice: number,
  sampling: Pick<SamplingFields, "seed" | "ignoreEos" | "minTokens">,
  maxTokens: number,
): AnswerPlan {
  const hash = mix(hashText(prompt, (sampling.seed ?? settings.seed) | 0) + choice);
  if (sampling.ignoreEos) return { hash, tokens: maxTokens, finishReason: "length" };
  const own = Math.round(logNormal(mix(hash + 7), settings.outputMedian, settings.outputSigma));
  const wanted = Math.max(1, sampling.minTokens, own);
  return wanted < maxTokens
    ? { hash, tokens: wanted, finishReason: "stop" }
    : { hash, tokens: maxTokens, finishReason: "length" };
}
