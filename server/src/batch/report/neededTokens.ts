import { property, type JsonObject } from "../../util/unknown.ts";
import { bodyKindOf } from "../endpoints.ts";
import { promptTextOf } from "./promptText.ts";
import { tokensOf } from "./tokens.ts";

/** Without `max_tokens` a completion ends here (VLLM.md §8). */
const COMPLETION_DEFAULT = 16;

/**
 * How much of an engine's context a request takes, prompt and answer together, in tokens.
 *
 * The answer counts with its limit, which is exact; a chat without one takes what is left, and counts with one token.
 * The prompt is an estimate, as there is no tokenizer here: four bytes of UTF-8 a token. English prose comes out about
 * right, code, numbers and other languages up to a third too low, text without words (base64) by half. What a chat
 * template adds and what pictures and sounds take is not in it. Token ids are counted. So this errs low: a context that
 * is shorter is too short, one that is a little longer may be.
 *
 * @param maxTokens what the run sets as limit of all answers; undefined: what the body says
 */
export function neededTokens(url: string, body: JsonObject, maxTokens: number | undefined): number {
  const limit = (fallback: number, ...keys: string[]): number =>
    maxTokens ?? keys.map((key) => body[key]).find((value) => typeof value === "number") ?? fallback;
  const prompt = (tokens: number): number => truncated(tokens, body["truncate_prompt_tokens"]);
  switch (bodyKindOf(url)) {
    case "chat":
      return (
        prompt(textTokens(promptTextOf(body)) + toolTokens(body)) + limit(1, "max_completion_tokens", "max_tokens")
      );
    case "response":
      return prompt(textTokens(promptTextOf(body)) + toolTokens(body)) + limit(1, "max_output_tokens");
    case "completion":
      return prompt(longestOf(body["prompt"])) + limit(COMPLETION_DEFAULT, "max_tokens");
    case "embedding":
      return prompt("messages" in body ? textTokens(promptTextOf(body)) : longestOf(body["input"]));
    case "score":
      return prompt(longestOf(body["text_1"] ?? body["queries"]) + longestOf(body["text_2"] ?? body["documents"]));
    case "rerank":
      return prompt(longestOf(body["query"]) + longestOf(body["documents"]));
    case "transcription":
    case "translation":
    case undefined:
      return 0;
  }
}

/** -1 cuts the prompt to what the engine has room for. */
function truncated(tokens: number, most: unknown): number {
  if (typeof most !== "number") return tokens;
  return most < 0 ? 0 : Math.min(tokens, most);
}

/** Several prompts in one request are answered one by one: the longest decides. */
function longestOf(prompts: unknown): number {
  if (!Array.isArray(prompts)) return tokensOfOne(prompts);
  if (prompts.every((id) => typeof id === "number")) return prompts.length;
  return prompts.reduce((most: number, one) => Math.max(most, tokensOfOne(one)), 0);
}

function tokensOfOne(prompt: unknown): number {
  if (Array.isArray(prompt)) return prompt.length;
  const text = property(prompt, "text") ?? prompt;
  return typeof text === "string" ? textTokens(text) : 0;
}

/** A chat template writes the tools into the prompt. */
function toolTokens({ tools }: JsonObject): number {
  return tools === undefined ? 0 : textTokens(JSON.stringify(tools));
}

function textTokens(text: string): number {
  return tokensOf(Buffer.byteLength(text));
}
