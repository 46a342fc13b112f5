import { mix } from "./hash.ts";

const words = (
  "answer token value sample model prompt batch engine result output order measure reason number letter signal " +
  "window garden river silver copper winter summer market harbour bridge lantern ribbon marble meadow valley forest " +
  "paper pencil kettle basket button ladder hammer needle anchor candle mirror pocket saddle tunnel violin wagon " +
  "amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge mound north ocean plain quiet ridge shore " +
  "tower under vivid waves yield zephyr"
).split(" ");

const CORPUS_WORDS = 4096;

/** A long text of these words in a scrambled order, and where each word begins (with the space before it). */
const corpus = buildCorpus();

/**
 * The text of an answer of so many tokens, a word each: it begins with "simulated" and goes on with words decided by
 * `hash`. Cheap for any length: it is cut out of one long text.
 */
export function answerText(hash: number, tokens: number): string {
  return answerPart(hash, 0, tokens);
}

/** The same answer from token `first` to before token `end`. */
export function answerPart(hash: number, first: number, end: number): string {
  if (end <= first) return "";
  if (first === 0) return `simulated${wordsFrom(hash, 0, end - 1)}`;
  return wordsFrom(hash, first - 1, end - first);
}

function wordsFrom(hash: number, skip: number, count: number): string {
  let word = (mix(hash) + skip) % CORPUS_WORDS;
  let left = count;
  let text = "";
  while (left > 0) {
    const end = Math.min(CORPUS_WORDS, word + left);
    text += corpus.text.slice(corpus.starts[word], corpus.starts[end]);
    left -= end - word;
    word = 0;
  }
  return text;
}

function buildCorpus(): { text: string; starts: readonly number[] } {
  const starts = [0];
  let text = "";
  for (let index = 0; index < CORPUS_WORDS; index++) {
    text += ` ${words[mix(index) % words.length] ?? ""}`;
    starts.push(text.length);
  }
  return { text, starts };
}
