import { isObject } from "../../util/unknown.ts";
import type { JsonPath, Fix } from "../finding.ts";
import type { Schema } from "./schema.ts";
import { fixWith, removal, say, type Scope } from "./scope.ts";
import { quoted } from "./words.ts";

/** Fields of vLLM up to 0.11, and the member of structured_outputs that each became. Ignored since 0.12. */
const guided: Readonly<Record<string, { member: string; fits: (value: unknown) => boolean }>> = {
  guided_json: { member: "json", fits: (value) => isObject(value) || typeof value === "string" },
  guided_regex: { member: "regex", fits: (value) => typeof value === "string" },
  guided_choice: {
    member: "choice",
    fits: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  },
  guided_grammar: { member: "grammar", fits: (value) => typeof value === "string" },
  guided_json_object: { member: "json_object", fits: (value) => value === true },
};

const withoutSuccessor: Readonly<Record<string, string>> = {
  best_of: "since 0.12",
  early_stopping: "since 0.12",
  guided_decoding_backend: "since 0.12: the engine chooses",
  guided_whitespace_pattern: "since 0.12, and nothing has taken its place",
  logits_processors: "since 0.12",
};

/** Whether the field is one that vLLM had once; then that is said. */
export function explainRemoved(
  key: string,
  path: JsonPath,
  properties: Readonly<Record<string, Schema>>,
  scope: Scope,
): boolean {
  const successor = Object.hasOwn(guided, key) ? guided[key] : undefined;
  if (successor !== undefined && "structured_outputs" in properties) {
    const use = `Use "structured_outputs": {${quoted(successor.member)}: …}.`;
    sayRemoved(
      key,
      `The answers are not constrained. ${use}`,
      path,
      guidedFix(key, successor.member, path, scope),
      scope,
    );
    return true;
  }
  const since = Object.hasOwn(withoutSuccessor, key) ? withoutSuccessor[key] : undefined;
  if (since === undefined) return false;
  sayRemoved(key, `Gone ${since}.`, path, removal(path, "suggested"), scope);
  return true;
}

function sayRemoved(key: string, what: string, path: JsonPath, fix: Fix, scope: Scope): void {
  say(scope, "body.removed", path, `vLLM no longer knows ${quoted(key)}, and ignores it. ${what}`, { at: "key", fix });
}

/** Certain where it is the only constraint. */
function guidedFix(key: string, member: string, path: JsonPath, scope: Scope): Fix {
  const value = scope.body[key];
  const rivals = Object.keys(scope.body).filter((other) => Object.hasOwn(guided, other)).length > 1;
  const isTaken = rivals || "structured_outputs" in scope.body || "response_format" in scope.body;
  if (isTaken || guided[key]?.fits(value) !== true) return removal(path, "suggested");
  const title = `Move it to "structured_outputs"`;
  return fixWith(
    "safe",
    title,
    { op: "replace", path, value: { [member]: value } },
    { op: "rename", path, key: "structured_outputs" },
  );
}
