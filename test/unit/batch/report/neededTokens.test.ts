import { expect, test } from "vitest";
import { neededTokens } from "../../../../server/src/batch/report/neededTokens.ts";

const chat = (body: object, maxTokens?: number) => neededTokens("/v1/chat/completions", { ...body }, maxTokens);
const of = (url: string, body: object) => neededTokens(url, { ...body }, undefined);
const text = "x".repeat(400);
const messages = [{ role: "user", content: text }];
/** "user: " and the text. */
const PROMPT = 102;

test.each([
  ["the newer limit goes first", { max_tokens: 10, max_completion_tokens: 20 }, PROMPT + 20],
  ["the older one counts too", { max_tokens: 10 }, PROMPT + 10],
  ["without a limit one token at least", {}, PROMPT + 1],
  ["tools are a part of the prompt", { max_tokens: 1, tools: [text] }, PROMPT + 1 + 101],
  ["a prompt that may be cut counts as cut", { max_tokens: 5, truncate_prompt_tokens: 50 }, 55],
  ["or not at all", { max_tokens: 5, truncate_prompt_tokens: -1 }, 5],
])("of a chat: %s", (_, more, tokens) => {
  expect(chat({ messages, ...more })).toBe(tokens);
});

test("what the run sets as limit goes before the body's, but not where nothing is generated", () => {
  expect(chat({ messages, max_tokens: 10 }, 300)).toBe(PROMPT + 300);
  expect(neededTokens("/v1/embeddings", { input: text }, 300)).toBe(100);
});

test.each<[string, string, object, number]>([
  ["a completion has 16 tokens by default", "/v1/completions", { prompt: text }, 116],
  ["of several prompts the longest counts", "/v1/completions", { prompt: ["a", text, "b"], max_tokens: 4 }, 104],
  ["token ids are counted", "/v1/completions", { prompt: [1, 22_222, 3], max_tokens: 4 }, 7],
  [
    "also in lists",
    "/v1/completions",
    {
      prompt: [
        [1, 2],
        [3, 4, 5],
      ],
      max_tokens: 4,
    },
    7,
  ],
  [
    "responses have instructions and input",
    "/v1/responses",
    { instructions: text, input: text, max_output_tokens: 9 },
    210,
  ],
  ["of several inputs the longest counts", "/v1/embeddings", { input: [text, "a"] }, 100],
  ["a document is read with its query", "/v1/rerank", { query: text, documents: ["a", text] }, 200],
  ["and a text with its other", "/v1/score", { text_1: text, text_2: [text, "a"] }, 200],
  ["sounds are not known", "/v1/audio/transcriptions", { file: "x" }, 0],
  ["nor is anything of an unknown url", "/v1/other", { input: text }, 0],
  ["and nonsense is nothing", "/v1/completions", { prompt: { a: 1 }, max_tokens: "many" }, 16],
])("%s", (_, url, body, tokens) => {
  expect(of(url, body)).toBe(tokens);
});

test("bytes are counted, not characters: Chinese takes more tokens than it has quarters of characters", () => {
  expect(of("/v1/embeddings", { input: "中".repeat(400) })).toBe(300);
});
