/** Requests that fill a context to its last token, and what their answers prove. */
import { parseJson, property } from "../../util/unknown.ts";
import { seededRandom } from "../../util/seededRandom.ts";

/** A body for `/v1/completions`. */
export interface FillingRequest {
  model: string;
  /** Ids of tokens: only they have a length that is known before. */
  prompt: readonly number[];
  max_tokens: number;
  ignore_eos: true;
  temperature: 0;
}

const FEWEST_AT_ONCE = 2;
/** Eight prompts of 128K tokens take minutes on a fast GPU. */
const MOST_AT_ONCE = 8;
const MOST_ANSWER_TOKENS = 16;
/** Below are the special tokens of many vocabularies, above some vocabularies end. */
const FIRST_TOKEN = 300;
const TOKENS = 600;

/** One request more than has room: the engine must also get through it when the KV cache is full. */
export function requestsAtOnce(maxConcurrency: number | null): number {
  const fits = maxConcurrency === null ? FEWEST_AT_ONCE : Math.floor(maxConcurrency) + 1;
  return Math.min(MOST_AT_ONCE, Math.max(FEWEST_AT_ONCE, fits));
}

/** So many requests of `length` tokens each, answer included. No two begin alike: nothing of them is cached. */
export function fillingRequests(model: string, length: number, count: number): FillingRequest[] {
  const answer = Math.min(MOST_ANSWER_TOKENS, Math.max(1, Math.floor(length / 2)));
  return Array.from({ length: count }, (_, index) => {
    const random = seededRandom(index);
    const prompt = Array.from(
      { length: Math.max(1, length - answer) },
      () => FIRST_TOKEN + Math.floor(random() * TOKENS),
    );
    return { model, prompt, max_tokens: answer, ignore_eos: true, temperature: 0 };
  });
}

export type FillingAnswer =
  | { kind: "complete" }
  /** The engine lives, and does not take such a request for what it is. */
  | { kind: "refused"; why: string }
  /** No answer, or not all of it. */
  | { kind: "broken"; why: string };

/** @param reply what came back; text: why nothing did */
export function judgeAnswer(
  request: FillingRequest,
  reply: { statusCode: number; text: string } | string,
): FillingAnswer {
  if (typeof reply === "string") return { kind: "broken", why: reply };
  const body = parseJson(reply.text);
  if (reply.statusCode >= 400 && reply.statusCode < 500) {
    return { kind: "refused", why: `HTTP ${reply.statusCode}: ${errorText(body) ?? "no reason is given"}` };
  }
  if (reply.statusCode !== 200) return { kind: "broken", why: `HTTP ${reply.statusCode}` };
  const choices = property(body, "choices");
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const ended = property(choice, "finish_reason");
  if (ended !== "length") return { kind: "broken", why: `an answer ended with ${JSON.stringify(ended ?? null)}` };
  const total = property(property(body, "usage"), "total_tokens");
  const wanted = request.prompt.length + request.max_tokens;
  if (total === wanted) return { kind: "complete" };
  return { kind: "refused", why: `it counts ${JSON.stringify(total ?? null)} tokens instead of ${wanted}` };
}

/** vLLM's error in the form since 0.10.1, and in the flat one before. */
function errorText(body: unknown): string | null {
  const message = property(property(body, "error"), "message") ?? property(body, "message");
  return typeof message === "string" ? message : null;
}
