import { isObject } from "../../../util/unknown.ts";
import { isTruthy } from "../lax.ts";
import { say } from "../scope.ts";
import { quoted } from "../words.ts";
import type { Judge } from "./judge.ts";

/** What Python's int() takes: any decimal digits, single underscores between them, space around. */
const tokenIdText = /^\s*[+-]?\p{Nd}+(?:_\p{Nd}+)*\s*$/u;

/** Its keys are ids of tokens, in text. */
export const judgeLogitBias: Judge = (value, path, scope, plain) => {
  plain();
  if (!isObject(value) || isTruthy(scope.body["use_beam_search"])) return;
  for (const key of Object.keys(value)) {
    if (!tokenIdText.test(key)) {
      say(scope, "body.value", [...path, key], `${quoted(key)} in "logit_bias" is not the number of a token.`, {
        at: "key",
      });
    } else if (Number(key) < 0) {
      say(scope, "body.value", [...path, key], `${quoted(key)} in "logit_bias": no token has a negative number.`, {
        at: "key",
      });
    }
  }
};
