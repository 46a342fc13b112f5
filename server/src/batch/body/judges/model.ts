import { removal, say } from "../scope.ts";
import { inWords, nameOf } from "../words.ts";
import type { Judge } from "./judge.ts";

/** That it is there: what it says is judged elsewhere. vLLM would take the model that it serves; a batch file must say. */
export const judgeModel: Judge = (value, path, scope) => {
  if (typeof value === "string" && value.trim() !== "") return;
  if (typeof value === "string" || value === null) {
    say(scope, "body.missingModel", path, `"model" is ${value === null ? "null" : "empty"}. Name the model to use.`);
  } else {
    say(scope, "body.type", path, `${nameOf(path)} must be a string, not ${inWords(value)}.`);
  }
};

export const judgePromptTemplate: Judge = (value, path, scope) => {
  if (value === null) return;
  say(scope, "body.unsupported", path, `vLLM refuses "prompt": it keeps no prompt templates. Use "input".`, {
    at: "key",
    fix: removal(path, "suggested"),
  });
};
