import { badRequest } from "../http/apiError.ts";
import { countTokens, LONGEST_TOKEN_CHARACTERS } from "../text/tokenizer.ts";

/** The tokens of a prompt text. Throws vLLM's 400s for one that cannot fit. */
export function promptTokensWithin(text: string, maxModelLen: number): number {
  const mostCharacters = maxModelLen * LONGEST_TOKEN_CHARACTERS;
  if (text.length > mostCharacters) {
    throw badRequest(
      `This model's maximum context length is ${maxModelLen} tokens. However, your prompt contains ${text.length} ` +
        `characters (more than ${mostCharacters} characters, which is the upper bound for ${maxModelLen} input tokens). ` +
        "Please reduce the length of the input prompt.",
      "input_text",
      String(text.length),
    );
  }
  return within(countTokens(text), maxModelLen);
}

/** vLLM stops counting one past the limit, so that is the number it names. */
export function within(tokens: number, maxModelLen: number): number {
  if (tokens <= maxModelLen) return tokens;
  throw badRequest(
    `This model's maximum context length is ${maxModelLen} tokens. However, your prompt contains at least ` +
      `${maxModelLen + 1} input tokens, which exceeds this limit even without any output tokens. ` +
      "Please reduce the length of the input prompt.",
    "input_tokens",
    String(maxModelLen + 1),
  );
}

/** Refuses to generate more than the context holds, under the name of the field that asked for it. */
export function checkRequestedTokens(requested: number | undefined, field: string, maxModelLen: number): void {
  if (requested === undefined || requested <= maxModelLen) return;
  throw badRequest(
    `${field}=${requested} cannot be greater than max_model_len=${maxModelLen}. Please request fewer output tokens.`,
    field,
    String(requested),
  );
}
