/** What OpenAI's reference says of values that vLLM judges otherwise. */
import { isObject } from "../../../util/unknown.ts";
import { fixWith, say } from "../scope.ts";
import { quoted } from "../words.ts";
import { type FieldRule, fieldPath, isGiven } from "./rule.ts";

/** Models that think before they answer take only the newer name. */
const reasoningModel = /^(?:o\d|gpt-5)/;

/** The hint is for either; told once for a file. */
export const checkMaxTokensName: FieldRule = (_value, scope) => {
  const { model, max_completion_tokens: newer } = scope.body;
  if (isGiven(newer)) return;
  const path = fieldPath("max_tokens");
  const fix = fixWith("safe", `Rename it to "max_completion_tokens"`, {
    op: "rename",
    path,
    key: "max_completion_tokens",
  });
  if (scope.target === "openai" && typeof model === "string" && reasoningModel.test(model)) {
    const message = `OpenAI refuses "max_tokens" for ${quoted(model)}. Its name is "max_completion_tokens".`;
    say(scope, "body.maxTokensRefused", path, message, { at: "key", fix });
    return;
  }
  const message = `"max_tokens" still works; its newer name is "max_completion_tokens".`;
  scope.report({ code: "body.maxTokens", severity: "info", message, path, at: "key", oncePerFile: true });
};

const MAX_ANSWERS = 128;

export const checkAnswers: FieldRule = (value, scope) => {
  if (scope.target !== "openai" || typeof value !== "number" || value <= MAX_ANSWERS) return;
  say(scope, "body.range", fieldPath("n"), `"n" must be at most ${MAX_ANSWERS} for OpenAI, not ${value}.`);
};

const MAX_BIAS = 100;

export const checkBias: FieldRule = (value, scope) => {
  if (scope.target !== "openai" || !isObject(value)) return;
  for (const [token, bias] of Object.entries(value)) {
    if (typeof bias !== "number" || Math.abs(bias) <= MAX_BIAS) continue;
    const path = [...fieldPath("logit_bias"), token];
    say(scope, "body.range", path, `A bias must be between -${MAX_BIAS} and ${MAX_BIAS}, not ${bias}.`);
  }
};
