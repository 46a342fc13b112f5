import type { Judge } from "./judge.ts";
import { convert } from "../lax.ts";
import { say } from "../scope.ts";
import { inWords, nameOf } from "../words.ts";

/** Chats: with max_completion_tokens, which wins, only its type is looked at. */
export const judgeMaxTokens: Judge = (value, path, scope, plain) => {
  const { max_completion_tokens: winner } = scope.body;
  if (winner === undefined || winner === null) {
    plain();
  } else if (value !== null && convert(value, "integer") === undefined) {
    say(scope, "body.type", path, `${nameOf(path)} must be a whole number, not ${inWords(value)}.`);
  }
};
