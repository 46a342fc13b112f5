import type { Generated } from "./generation.ts";

export interface Usage {
  prompt_tokens: number;
  total_tokens: number;
  completion_tokens: number;
}

/** Each different prompt counts once, however many choices were made of it. */
export function usageOf(results: readonly Generated[], promptTokens: number): Usage {
  const completionTokens = results.reduce((sum, result) => sum + result.tokens, 0);
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
    completion_tokens: completionTokens,
  };
}

/** With the two details that vLLM leaves null unless it was started to tell them. */
export function fullUsage(usage: Usage): object {
  return { ...usage, prompt_tokens_details: null, completion_tokens_details: null };
}
