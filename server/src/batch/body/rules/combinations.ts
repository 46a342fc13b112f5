/** Fields that do not go together. */
import { isObject } from "../../../util/unknown.ts";
import { convert, isTruthy } from "../lax.ts";
import { comparedPair } from "../pairs.ts";
import { fixWith, removal, say } from "../scope.ts";
import { allOf, quoted } from "../words.ts";
import { type FieldRule, fieldPath, isGiven } from "./rule.ts";

/** Chats and completions. vLLM asks before it reads the values, so any that Python takes for true counts. */
export const checkStreamOptions: FieldRule = (value, scope) => {
  if (!isTruthy(value) || isTruthy(scope.body["stream"])) return;
  const path = fieldPath("stream_options");
  say(scope, "body.conflict", path, `"stream_options" goes only with a stream, and a batch has none.`, {
    at: "key",
    fix: removal(path),
  });
};

/** Audio, where the options lie flat. */
export function checkFlatStreamOption(key: string): FieldRule {
  return (value, scope) => {
    if (!isTruthy(value) || isTruthy(scope.body["stream"])) return;
    const path = fieldPath(key);
    const fix = removal(path);
    say(scope, "body.conflict", path, `${quoted(key)} goes only with a stream, and a batch has none.`, {
      at: "key",
      fix,
    });
  };
}

/** Chats. */
export const checkTopLogprobs: FieldRule = (value, scope) => {
  const count = convert(value, "integer");
  if (typeof count !== "number" || !(count > 0 || count === -1) || isTruthy(scope.body["logprobs"])) return;
  const fix =
    "logprobs" in scope.body
      ? fixWith("suggested", `Set "logprobs" to true`, { op: "replace", path: fieldPath("logprobs"), value: true })
      : fixWith("suggested", `Add "logprobs": true`, {
          op: "insert",
          path: ["body"],
          key: "logprobs",
          value: true,
          after: "top_logprobs",
        });
  say(scope, "body.conflict", fieldPath("top_logprobs"), `"top_logprobs" goes only with "logprobs": true.`, {
    at: "key",
    fix,
  });
};

export const checkLogprobTokenIds: FieldRule = (value, scope) => {
  if (!isTruthy(value)) return;
  const { use_beam_search: beam, logprobs, echo, max_tokens: most } = scope.body;
  const path = fieldPath("logprob_token_ids");
  if (isTruthy(beam)) {
    say(scope, "body.conflict", path, `"logprob_token_ids" does not go with beam search.`, { at: "key" });
  } else if (scope.kind === "chat" ? !isTruthy(logprobs) : !isGiven(logprobs)) {
    const wanted = scope.kind === "chat" ? `"logprobs": true` : `"logprobs"`;
    say(scope, "body.conflict", path, `"logprob_token_ids" goes only with ${wanted}.`, { at: "key" });
  } else if (scope.kind === "completion" && isTruthy(echo) && most === 0) {
    const message = `"logprob_token_ids" does not go with "echo" and "max_tokens": 0, when nothing is written.`;
    say(scope, "body.conflict", path, message, { at: "key" });
  }
};

/** Completions: prompt and answer, with the probabilities of both. */
export const checkEcho: FieldRule = (value, scope) => {
  if (!isTruthy(value)) return;
  const { use_beam_search: beam, logprobs, prompt_embeds: embeds } = scope.body;
  const path = fieldPath("echo");
  if (isTruthy(beam) && isGiven(logprobs)) {
    say(scope, "body.conflict", path, `"echo" with "logprobs" does not go with beam search.`, { at: "key" });
  } else if (isTruthy(embeds)) {
    say(scope, "body.conflict", path, `"echo" does not go with "prompt_embeds".`, { at: "key" });
  }
};

/** At temperature 0 all answers are the same. Below 0.01 vLLM takes 0.01. */
export const checkGreedy: FieldRule = (value, scope) => {
  const { n, use_beam_search: beam } = scope.body;
  const answers = convert(n, "integer");
  if (convert(value, "number") !== 0 || typeof answers !== "number" || answers < 2 || isTruthy(beam)) return;
  if (scope.target === "openai") return;
  say(scope, "body.conflict", fieldPath("n"), `"n" must be 1 when "temperature" is 0: all answers would be the same.`);
};

/** Chats, and chats that are embedded. In chats a new message is begun unless told otherwise. */
export const checkContinuation: FieldRule = (value, scope) => {
  const { add_generation_prompt: add } = scope.body;
  const path = fieldPath("continue_final_message");
  const clashes = isTruthy(value) && isTruthy(add);
  const clashesLater =
    scope.kind === "chat" && convert(value, "boolean") === true && convert(add ?? true, "boolean") === true;
  if (!clashes && !clashesLater) return;
  const fix =
    add === undefined
      ? fixWith("safe", `Add "add_generation_prompt": false`, {
          op: "insert",
          path: ["body"],
          key: "add_generation_prompt",
          value: false,
          after: "continue_final_message",
        })
      : fixWith("suggested", `Set "add_generation_prompt" to false`, {
          op: "replace",
          path: fieldPath("add_generation_prompt"),
          value: false,
        });
  const fault = add === undefined ? `needs "add_generation_prompt": false` : `does not go with "add_generation_prompt"`;
  say(scope, "body.conflict", path, `"continue_final_message" ${fault}.`, { at: "key", fix });
};

/** Stops an answer that goes round in circles. */
export const checkRepetition: FieldRule = (value, scope) => {
  if (!isObject(value)) return;
  const [most, least, count] = ["max_pattern_size", "min_pattern_size", "min_count"].map((key) =>
    Number(convert(value[key] ?? 0, "integer") ?? NaN),
  );
  const path = fieldPath("repetition_detection");
  if (most === undefined || least === undefined || count === undefined) return;
  if (least > most) {
    say(scope, "body.conflict", path, `"min_pattern_size" must not be more than "max_pattern_size".`);
  } else if (most > 0 && count < 2) {
    say(scope, "body.conflict", path, `"min_count" must be 2 or more: it takes two to repeat.`);
  }
};

/** VLLM_MAX_NUM_BAD_WORDS in vLLM 0.32: each word counts at least once. */
const MAX_BAD_WORDS = 128;

export const checkBadWords: FieldRule = (value, scope) => {
  if (!Array.isArray(value) || isTruthy(scope.body["use_beam_search"])) return;
  const path = fieldPath("bad_words");
  const blank = value.findIndex((word) => typeof word === "string" && word !== "" && word.trim() === "");
  if (blank !== -1) {
    say(scope, "body.value", [...path, blank], `"bad_words" has a word of nothing but space, which is no token.`);
  }
  if (value.length > MAX_BAD_WORDS) {
    const limit = "vLLM takes more only with VLLM_MAX_NUM_BAD_WORDS in its environment";
    say(
      scope,
      "body.range",
      path,
      `"bad_words" may have at most ${MAX_BAD_WORDS} words, and has ${value.length}; ${limit}.`,
    );
  }
};

/** Beam search leaves these aside (vLLM 0.32, seen). */
const withoutEffect = [
  "allowed_token_ids",
  "bad_words",
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "min_p",
  "min_tokens",
  "presence_penalty",
  "prompt_logprobs",
  "repetition_detection",
  "repetition_penalty",
  "response_format",
  "seed",
  "stop",
  "stop_token_ids",
  "structured_outputs",
  "thinking_token_budget",
  "top_k",
  "top_p",
];

export const checkBeamSearch: FieldRule = (value, scope) => {
  if (convert(value, "boolean") !== true || scope.target === "openai") return;
  const idle = withoutEffect.filter((key) => isGiven(scope.body[key]));
  if (idle.length === 0) return;
  say(
    scope,
    "body.ignored",
    fieldPath("use_beam_search"),
    `With beam search vLLM ignores ${allOf(idle.map(quoted))}.`,
    {
      at: "key",
    },
  );
};

/** Responses. */
export const checkBackground: FieldRule = (value, scope) => {
  if (!isTruthy(value) || isTruthy(scope.body["store"] ?? true)) return;
  say(scope, "body.conflict", fieldPath("background"), `"background" goes only with "store": true.`, { at: "key" });
};

/** Responses. */
export const checkPreviousInput: FieldRule = (value, scope) => {
  if (!isTruthy(value) || !isTruthy(scope.body["previous_response_id"])) return;
  const path = fieldPath("previous_input_messages");
  const message = `Only one of "previous_input_messages" and "previous_response_id" may be given.`;
  say(scope, "body.conflict", path, message, { at: "key" });
};

/** Score: one text against one or many, or as many against as many. */
export function checkSide(key: string): FieldRule {
  return (value, scope) => {
    const pair = comparedPair(scope.body);
    if (pair === undefined) return;
    const path = fieldPath(key);
    const [first, second] = pair;
    if (key === first) {
      const other = scope.body[second];
      const [left, right] = [countOf(value), countOf(other)];
      if (left <= 1 || left === right || right === 0) return;
      const counts = `${quoted(first)} has ${left} texts and ${quoted(second)} has ${right}`;
      say(scope, "body.conflict", path, `${counts}. There must be as many, or one.`);
    } else if (key !== second) {
      const message = `vLLM ignores ${quoted(key)}: there are ${allOf(pair.map(quoted))}.`;
      say(scope, "body.ignored", path, message, { at: "key", fix: removal(path, "suggested") });
    }
  };
}

function countOf(side: unknown): number {
  return Array.isArray(side) ? side.length : 1;
}
