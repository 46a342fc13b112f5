import { answerPart } from "../text/answerText.ts";
import { detokenize, tokenize } from "../text/tokenizer.ts";
import { fractionOf, mix } from "../text/hash.ts";

/** The tokens of a simulated answer, as texts. */
export function answerTokens(hash: number, tokens: number): string[] {
  return Array.from({ length: tokens }, (_, index) => answerPart(hash, index, index + 1));
}

/** A plausible log probability, decided by the answer and the place of the token. */
export function logprobAt(hash: number, index: number): number {
  return -3 * fractionOf(mix(hash + index * 31)) - 0.01;
}

/** `logprobs` of a chat choice, with `top` alternatives a token. */
export function chatLogprobs(hash: number, tokens: number, top: number): object {
  const content = answerTokens(hash, tokens).map((token, index) => {
    const logprob = logprobAt(hash, index);
    const bytes = [...Buffer.from(token)];
    const alternatives = Array.from({ length: top }, (_, rank) => ({ token, logprob: logprob - rank, bytes }));
    return { token, logprob, bytes, top_logprobs: alternatives };
  });
  return { content };
}

/** `prompt_logprobs`: nothing for the first token, for each other one itself and `top` alternatives by their ids. */
export function promptLogprobsOf(prompt: string, top: number | undefined): (object | null)[] | null {
  if (top === undefined) return null;
  const [, ...rest] = tokenize(prompt);
  const entries = rest.map((id, index) => {
    const chosen = { logprob: logprobAt(id, index), rank: 1, decoded_token: detokenize([id]) };
    const entry: Record<string, object> = { [id]: chosen };
    for (let rank = 2; rank <= top + 1; rank++) entry[id + rank] = { ...chosen, logprob: chosen.logprob - rank, rank };
    return entry;
  });
  return [null, ...entries];
}

/** `logprobs` of a completion choice: the older shape, four lists. */
export function completionLogprobs(hash: number, tokens: number): object {
  const texts = answerTokens(hash, tokens);
  let offset = 0;
  const offsets = texts.map((text) => {
    const start = offset;
    offset += text.length;
    return start;
  });
  const logprobs = texts.map((_, index) => logprobAt(hash, index));
  return {
    text_offset: offsets,
    token_logprobs: logprobs,
    tokens: texts,
    top_logprobs: texts.map((text, index) => ({ [text]: logprobs[index] })),
  };
}
