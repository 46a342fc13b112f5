import type { JsonPath } from "../../finding.ts";
import { convert } from "../lax.ts";
import { say, type Scope } from "../scope.ts";
import { LEAST_VOCABULARY, sayVocabulary } from "../vocabulary.ts";
import { inWords, nameOf, typeInWords } from "../words.ts";
import type { Judge } from "./judge.ts";

/** VLLM_MAX_COMPLETION_PROMPTS in vLLM 0.32. */
const MAX_PROMPTS = 1024;

const FORMS = "a string, an array of strings, an array of token numbers, or an array of such arrays";

/** Completions. */
export const judgePrompt: Judge = (value, path, scope) => {
  const { prompt_embeds: embeds } = scope.body;
  const hasEmbeds = embeds !== undefined && embeds !== null && !(Array.isArray(embeds) && embeds.length === 0);
  if (value === null || value === "") {
    if (!hasEmbeds) say(scope, "body.empty", path, `"prompt" must not be ${value === null ? "null" : "empty"}.`);
  } else if (Array.isArray(value)) {
    judgeTextsOrTokens(value, path, scope, MAX_PROMPTS);
  } else if (typeof value !== "string") {
    say(scope, "body.type", path, `"prompt" must be ${FORMS}, not ${inWords(value)}.`);
  }
};

/** Several texts, one text in tokens, or several texts in tokens: what completions and embeddings take. */
export function judgeTextsOrTokens(
  value: readonly unknown[],
  path: JsonPath,
  scope: Scope,
  maxTexts: number = Infinity,
): void {
  const name = nameOf(path);
  const isOneText = value.every((element) => convert(element, "integer") !== undefined && typeof element !== "string");
  if (value.length === 0) {
    say(scope, "body.empty", path, `${name} must not be empty.`);
    return;
  }
  if (!isOneText && value.length > maxTexts) {
    const limit = "vLLM takes more only with VLLM_MAX_COMPLETION_PROMPTS in its environment";
    say(scope, "body.range", path, `${name} may have at most ${maxTexts} prompts, and has ${value.length}; ${limit}.`);
  }
  if (value.every((element) => typeof element === "string")) judgeTexts(value, path, scope);
  else if (value.every((element) => convert(element, "integer") !== undefined)) judgeTokens(value, path, scope);
  else if (value.every((element) => Array.isArray(element))) {
    for (const [index, tokens] of value.entries()) judgeTokenList(tokens, [...path, index], scope);
  } else {
    const strange = value.findIndex((element) => typeof element !== typeof value[0] || typeof element === "object");
    const at = Math.max(strange, 0);
    const message = `${name} must be ${FORMS}. ${nameOf([...path, at])} is ${typeInWords(value[at])}.`;
    say(scope, "body.type", [...path, at], message);
  }
}

function judgeTexts(texts: readonly string[], path: JsonPath, scope: Scope): void {
  const empty = texts.indexOf("");
  if (empty !== -1) sayEmptyText([...path, empty], scope);
}

/** Whether an empty text has tokens is up to the tokenizer: many begin each text with one of their own. */
export function sayEmptyText(path: JsonPath, scope: Scope): void {
  const message = `${nameOf(path)} is empty. vLLM refuses it, unless the model's tokenizer begins texts with a token of its own.`;
  say(scope, "body.needsModel", path, message);
}

function judgeTokenList(tokens: readonly unknown[], path: JsonPath, scope: Scope): void {
  if (tokens.length === 0) say(scope, "body.empty", path, `${nameOf(path)} must not be empty.`);
  judgeTokens(tokens, path, scope);
}

function judgeTokens(tokens: readonly unknown[], path: JsonPath, scope: Scope): void {
  for (const [index, token] of tokens.entries()) {
    const number = convert(token, "integer");
    const place = [...path, index];
    if (number === undefined) {
      say(scope, "body.type", place, `${nameOf(place)} must be the number of a token, not ${inWords(token)}.`);
      return;
    }
    if (Number(number) < 0) {
      say(scope, "body.range", place, `${nameOf(place)} must be 0 or more: no token has a negative number.`);
      return;
    }
    if (typeof token !== "number") {
      say(
        scope,
        "body.coerced",
        place,
        `${nameOf(place)} is ${inWords(token)}, which vLLM reads as ${String(number)}.`,
      );
      return;
    }
    if (token >= LEAST_VOCABULARY) {
      sayVocabulary(place, scope);
      return;
    }
  }
}
