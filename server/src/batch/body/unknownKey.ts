import { nearest } from "../../util/nearest.ts";
import { isObject } from "../../util/unknown.ts";
import type { JsonPath } from "../finding.ts";
import { explainRemoved } from "./removed.ts";
import type { Schema } from "./schema.ts";
import { bodyPath, fixWith, removal, say, type Scope } from "./scope.ts";
import { quoted } from "./words.ts";

/** What other programs and endpoints call a field: Hugging Face, llama.cpp, Ollama, Anthropic, older OpenAI. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  engine: ["model"],
  max_completion_tokens: ["max_output_tokens", "max_tokens"],
  max_length: ["max_tokens", "max_output_tokens"],
  max_new_tokens: ["max_tokens", "max_output_tokens"],
  max_tokens: ["max_output_tokens"],
  max_output_tokens: ["max_completion_tokens", "max_tokens"],
  n_predict: ["max_tokens", "max_output_tokens"],
  num_predict: ["max_tokens", "max_output_tokens"],
  num_return_sequences: ["n"],
  random_seed: ["seed"],
  repeat_penalty: ["repetition_penalty"],
  stop_sequences: ["stop"],
  stop_strings: ["stop"],
  timestamp_granularities: ["timestamp_granularities[]"],
};

/** Where something of another shape does the same. */
const otherPlaces: Readonly<Record<string, readonly string[]>> = {
  enable_thinking: ["chat_template_kwargs"],
  format: ["response_format", "text"],
  messages: ["input"],
  reasoning: ["reasoning_effort"],
  reasoning_effort: ["reasoning"],
  response_format: ["text"],
  system: ["messages"],
  text: ["response_format"],
  think: ["chat_template_kwargs"],
};

/** A key that the schema does not have. vLLM takes any, and does nothing with it; OpenAI refuses it. */
export function explainUnknownKey(path: JsonPath, properties: Readonly<Record<string, Schema>>, scope: Scope): void {
  const key = String(path.at(-1));
  const isField = path.length === bodyPath.length + 1;
  if (isField && key === "extra_body" && scope.target === "vllm") {
    explainExtraBody(path, scope);
    return;
  }
  if (isField && scope.target === "vllm" && explainRemoved(key, path, properties, scope)) return;
  const meant = meantBy(key, properties);
  const guess = meant === undefined ? placeHint(key, properties) : ` Did you mean ${quoted(meant)}?`;
  const fix = meant === undefined ? removal(path, "suggested") : renaming(key, meant, path, scope);
  if (scope.target === "openai") {
    say(scope, "body.notOpenai", path, `OpenAI refuses ${quoted(key)}, which it does not know.${guess}`, {
      at: "key",
      fix,
    });
  } else {
    const message = `vLLM does not know ${quoted(key)} and ignores it.${guess}`;
    say(scope, "body.ignored", path, message, { at: "key", fix });
  }
}

function meantBy(key: string, properties: Readonly<Record<string, Schema>>): string | undefined {
  const known = Object.keys(properties);
  if (placeHint(key, properties) !== "") return undefined;
  const same = known.find((name) => plain(name) === plain(key));
  if (same !== undefined) return same;
  const other = Object.hasOwn(otherNames, key) ? otherNames[key] : undefined;
  return other?.find((name) => known.includes(name)) ?? nearest(key, known);
}

function placeHint(key: string, properties: Readonly<Record<string, Schema>>): string {
  const others = Object.hasOwn(otherPlaces, key) ? otherPlaces[key] : undefined;
  const place = others?.find((name) => name in properties);
  return place === undefined ? "" : ` See ${quoted(place)}.`;
}

/** `topP`, `top-p` and `TOP_P` are all `top_p`. */
function plain(key: string): string {
  return key.replaceAll(/[_\- ]/g, "").toLowerCase();
}

/** Certain only where nothing but the way of writing differs, and the place is free. */
function renaming(key: string, meant: string, path: JsonPath, scope: Scope) {
  const parent = parentOf(path, scope);
  const isFree = isObject(parent) && !Object.hasOwn(parent, meant);
  const kind = isFree && plain(key) === plain(meant) ? "safe" : "suggested";
  const title = `Rename it to ${quoted(meant)}`;
  return isFree ? fixWith(kind, title, { op: "rename", path, key: meant }) : removal(path, "suggested");
}

function parentOf(path: JsonPath, scope: Scope): unknown {
  let found: unknown = scope.body;
  for (const step of path.slice(bodyPath.length, -1)) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, step) : undefined;
  }
  return found;
}

/** It is the Python client's way to add fields: the client puts them beside the others before it sends them. */
function explainExtraBody(path: JsonPath, scope: Scope): void {
  const { extra_body: extra } = scope.body;
  const isFree = isObject(extra) && Object.keys(extra).every((key) => !Object.hasOwn(scope.body, key));
  const fix = isFree
    ? fixWith("safe", `Put the fields of "extra_body" beside the others`, { op: "lift", path })
    : removal(path, "suggested");
  const message =
    `vLLM ignores "extra_body". Only the OpenAI client in Python knows it, and puts its fields beside the others ` +
    `before it sends them: do the same in the file.`;
  say(scope, "body.extraBody", path, message, { at: "key", fix });
}
