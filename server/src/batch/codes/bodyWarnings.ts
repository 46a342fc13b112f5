import { exampleTool } from "./bodyErrors.ts";
import { chat, embedding } from "./bodyExamples.ts";
import type { CodeEntry } from "./code.ts";

const silent = "vLLM takes fields that it does not know without a word (only its debug log names them).";

export const bodyWarningCodes: readonly CodeEntry[] = [
  {
    code: "body.binaryAnswer",
    severity: "warning",
    title: "The answer would be bytes",
    why:
      "With `bytes` and `bytes_only` vLLM answers embeddings as raw bytes, and an output file holds JSON. `base64` says " +
      "the same in text.",
    bad: embedding({ encoding_format: "bytes" }),
    good: embedding({ encoding_format: "base64" }),
    fix: "suggested",
    target: "vllm",
  },
  {
    code: "body.coerced",
    severity: "warning",
    title: "vLLM converts the value",
    why:
      'vLLM reads `"0.7"` as 0.7, `"yes"` and 1 as true, true as 1. It works there and is refused by OpenAI, so the fix ' +
      "writes what vLLM makes of it (pydantic's conversions; vLLM 0.32, seen).",
    bad: chat({ temperature: "0.7" }),
    good: chat({ temperature: 0.7 }),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "body.extraBody",
    severity: "warning",
    title: "extra_body is left in the file",
    why:
      "`extra_body` belongs to the OpenAI client in Python, which puts its fields beside the others before it sends " +
      `them. ${silent} So all of them are without effect. The fix moves them to where they count.`,
    bad: chat({ extra_body: { top_k: 20 } }),
    good: chat({ top_k: 20 }),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "body.ignored",
    severity: "warning",
    title: "vLLM ignores the field",
    why:
      `${silent} That is a misspelling, a field of OpenAI's that has no meaning here, or one that the others in the ` +
      "body make idle. Nothing breaks; check that it was not meant to matter.",
    bad: chat({ temprature: 0.2 }),
    good: chat({ temperature: 0.2 }),
    fix: "suggested",
    target: "vllm",
  },
  {
    code: "body.maxTokens",
    severity: "info",
    title: "max_tokens has a newer name",
    why:
      "OpenAI and vLLM have deprecated `max_tokens` in chats for `max_completion_tokens`. Both still work, except with " +
      "OpenAI's reasoning models. Said once for a file.",
    bad: chat({ max_tokens: 100 }),
    good: chat({ max_completion_tokens: 100 }),
    fix: null,
  },
  {
    code: "body.needsFlag",
    severity: "warning",
    title: "It depends on how the engine was started",
    why:
      "vLLM refuses or ignores this unless it was started with the flag that the message names: a parser for calls of " +
      "tools, trust in templates that come with requests, a larger `--max-logprobs`, another scheduling policy.",
    bad: chat({ tools: [exampleTool] }),
    good: chat({ tools: [exampleTool], tool_choice: "none" }),
    fix: null,
    target: "vllm",
  },
  {
    code: "body.needsModel",
    severity: "warning",
    title: "It depends on the model",
    why:
      "Only some models take images, audio or video, fill in the middle of a text, shorten embeddings, or have a " +
      "vocabulary or a context this large. vLLM answers 400 for the others.",
    bad: embedding({ dimensions: 256 }),
    good: embedding({}),
    fix: "suggested",
    target: "vllm",
  },
  {
    code: "body.noContent",
    severity: "warning",
    title: "A message has no contents",
    why: "vLLM takes a message without `content` and shows the model an empty one. OpenAI refuses it.",
    bad: chat({ messages: [{ role: "user" }] }),
    good: chat({ messages: [{ role: "user", content: "Hello" }] }),
    fix: null,
    target: "vllm",
  },
  {
    code: "body.removed",
    severity: "warning",
    title: "The field is gone from vLLM",
    why:
      "Until 0.11 vLLM knew `guided_json`, `guided_regex`, `guided_choice`, `guided_grammar` and some more. Since 0.12 it " +
      "ignores them silently: the answers are not constrained. `structured_outputs` is their successor, and the fix " +
      "moves the constraint there.",
    bad: chat({ guided_choice: ["yes", "no"] }),
    good: chat({ structured_outputs: { choice: ["yes", "no"] } }),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "body.role",
    severity: "warning",
    title: "The role is unusual",
    why:
      "vLLM hands any role to the model's chat template. Most know `system`, `user`, `assistant` and `tool`, and refuse " +
      "or drop the others.",
    bad: chat({ messages: [{ role: "human", content: "Hello" }] }),
    good: chat({ messages: [{ role: "user", content: "Hello" }] }),
    fix: "suggested",
    target: "vllm",
  },
];
