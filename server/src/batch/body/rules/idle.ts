/** Fields that are taken, and do nothing in the company they are in. */
import { embedsChat } from "../embeddedChat.ts";
import { convert, isTruthy } from "../lax.ts";
import { removal, say, type Scope } from "../scope.ts";
import { inWords, quoted } from "../words.ts";
import { type FieldRule, fieldPath, isGiven } from "./rule.ts";

function sayIdle(key: string, why: string, scope: Scope): void {
  if (scope.target === "openai") return;
  const path = fieldPath(key);
  say(scope, "body.ignored", path, `vLLM ignores ${quoted(key)}: ${why}.`, {
    at: "key",
    fix: removal(path, "suggested"),
  });
}

export const checkLengthPenalty: FieldRule = (value, scope) => {
  if (convert(value, "number") === 1 || isTruthy(scope.body["use_beam_search"])) return;
  sayIdle("length_penalty", `it matters only with "use_beam_search": true`, scope);
};

export const checkTruncationSide: FieldRule = (_value, scope) => {
  if (!isGiven(scope.body["truncate_prompt_tokens"])) {
    sayIdle("truncation_side", `it matters only with "truncate_prompt_tokens"`, scope);
  }
};

const LOGPROBS = "message.output_text.logprobs";

/** Responses: whether probabilities are asked for. */
export function includesLogprobs(scope: Scope): boolean {
  const { include } = scope.body;
  return Array.isArray(include) && include.includes(LOGPROBS);
}

export const checkInclude: FieldRule = (value, scope) => {
  if (!Array.isArray(value) || scope.target === "openai") return;
  for (const [index, name] of value.entries()) {
    if (name === LOGPROBS) continue;
    const path = [...fieldPath("include"), index];
    say(scope, "body.ignored", path, `vLLM ignores ${inWords(name)}: it includes only ${quoted(LOGPROBS)}.`, {
      fix: removal(path, "suggested"),
    });
  }
};

/** Responses. */
export const checkTopLogprobsOfResponse: FieldRule = (value, scope) => {
  const count = convert(value, "integer");
  if (typeof count !== "number") return;
  if (!includesLogprobs(scope)) {
    if (count !== 0) sayIdle("top_logprobs", `it matters only with ${quoted(LOGPROBS)} in "include"`, scope);
  } else if (count < -1) {
    say(
      scope,
      "body.range",
      fieldPath("top_logprobs"),
      `"top_logprobs" must be 0 or more, or -1 for all, not ${count}.`,
    );
  }
};

export const checkServiceTier: FieldRule = (value, scope) => {
  if (value !== "auto" && value !== "default") sayIdle("service_tier", "vLLM has no service tiers", scope);
};

export const checkMaxToolCalls: FieldRule = (_value, scope) => {
  sayIdle("max_tool_calls", "vLLM does not count calls of tools", scope);
};

export const checkReasoningSummary: FieldRule = (value, scope) => {
  if (typeof value !== "object" || value === null || scope.target === "openai") return;
  for (const key of ["summary", "generate_summary"]) {
    if (!isGiven(Reflect.get(value, key))) continue;
    const path = [...fieldPath("reasoning"), key];
    say(scope, "body.ignored", path, `vLLM ignores ${quoted(key)}: it does not sum up the reasoning.`, {
      at: "key",
      fix: removal(path, "suggested"),
    });
  }
};

/** Embeddings of chats have fields that texts have not. */
export function checkOfChat(key: string): FieldRule {
  return (_value, scope) => {
    if (!embedsChat(scope.body)) sayIdle(key, `it matters only with "messages"`, scope);
  };
}

/** Which of the two counts is up to the fields beside them. */
export const checkEmbeddingMessages: FieldRule = (_value, scope) => {
  if (scope.body["input"] === undefined || scope.target === "openai") return;
  const message = `"messages" and "input" are both here. vLLM embeds one of them, and ignores the other.`;
  say(scope, "body.ignored", fieldPath("messages"), message, { at: "key" });
};

/** A batch keeps answers in JSON. */
export const checkEncoding: FieldRule = (value, scope) => {
  if (value !== "bytes" && value !== "bytes_only") return;
  const path = fieldPath("encoding_format");
  if (scope.target === "openai") {
    say(scope, "body.value", path, `"encoding_format" must be "float" or "base64" for OpenAI, not ${inWords(value)}.`);
    return;
  }
  const message = `With ${inWords(value)} vLLM answers in bytes, which cannot be kept in an output file. Use "base64".`;
  const fix = {
    kind: "suggested" as const,
    title: `Replace it by "base64"`,
    edits: [{ op: "replace" as const, path, value: "base64" }],
  };
  say(scope, "body.binaryAnswer", path, message, { fix });
};
