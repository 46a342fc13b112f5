/** How long prompts and answers may be, where several fields say it. */
import { convert, isTruthy } from "../lax.ts";
import { removal, say } from "../scope.ts";
import { quoted } from "../words.ts";
import { type FieldRule, fieldPath, isGiven } from "./rule.ts";

/** Completions write 16 tokens unless told otherwise. */
const DEFAULT_COMPLETION_TOKENS = 16;

export const checkMinTokens: FieldRule = (value, scope) => {
  const { max_tokens: old, max_completion_tokens: newer, echo, use_beam_search: beam } = scope.body;
  const least = convert(value, "integer");
  if (typeof least !== "number" || isTruthy(beam)) return;
  const isChat = scope.kind === "chat";
  const key = isChat && isGiven(newer) ? "max_completion_tokens" : "max_tokens";
  const given = convert(key === "max_tokens" ? old : newer, "integer");
  const most = given === 0 && isTruthy(echo) && !isChat ? 1 : given;
  const limit = typeof most === "number" ? most : isChat ? Infinity : DEFAULT_COMPLETION_TOKENS;
  if (least <= limit) return;
  const what = typeof most === "number" ? `${quoted(key)}, which is ${limit}` : `${limit}, the default of "max_tokens"`;
  say(scope, "body.conflict", fieldPath("min_tokens"), `"min_tokens" is ${least}. It must not be more than ${what}.`);
};

/** Completions: only with an echo may there be no answer. */
export const checkNoTokens: FieldRule = (value, scope) => {
  const { echo, use_beam_search: beam } = scope.body;
  if (convert(value, "integer") !== 0 || convert(echo, "boolean") === true || isTruthy(beam)) return;
  say(scope, "body.range", fieldPath("max_tokens"), `"max_tokens" must be 1 or more, unless "echo" is true.`);
};

/** No tokens are left of the prompt. */
export const checkTruncation: FieldRule = (value, scope) => {
  // What is padded again is not empty.
  if (convert(value, "integer") !== 0 || scope.body["padding"] === "max_length") return;
  say(
    scope,
    "body.range",
    fieldPath("truncate_prompt_tokens"),
    `"truncate_prompt_tokens": 0 leaves nothing of the prompt.`,
  );
};

/** The newer name wins. */
export const checkBothLimits: FieldRule = (_value, scope) => {
  const { max_tokens: old } = scope.body;
  if (!isGiven(old)) return;
  const path = fieldPath("max_tokens");
  say(scope, "body.ignored", path, `"max_tokens" is ignored: there is "max_completion_tokens".`, {
    at: "key",
    fix: removal(path, "suggested"),
  });
};
