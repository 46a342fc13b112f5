import type { JsonPath } from "../finding.ts";
import { say, type Scope } from "./scope.ts";
import { nameOf } from "./words.ts";

/** Token numbers below this are in every vocabulary: it takes as many to write any text in bytes. */
export const LEAST_VOCABULARY = 256;

export function sayVocabulary(path: JsonPath, scope: Scope): void {
  const message = `${nameOf(path)} is the number of a token. vLLM refuses the request if the model's vocabulary is smaller.`;
  say(scope, "body.needsModel", path, message);
}
