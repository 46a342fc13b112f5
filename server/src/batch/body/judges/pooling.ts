import { isObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { isConversation, isConversations } from "../embeddedChat.ts";
import { comparedPair } from "../pairs.ts";
import { say, type Scope } from "../scope.ts";
import { inWords, nameOf } from "../words.ts";
import type { Judge } from "./judge.ts";
import { judgeConversation } from "./messages.ts";
import { judgeTextsOrTokens, sayEmptyText } from "./prompt.ts";

/** Embeddings: texts, tokens, or chats, of which vLLM embeds the whole (vLLM's own extension). */
export const judgeEmbeddingInput: Judge = (value, path, scope) => {
  // Where `messages` win, vLLM does not look.
  if (isChat(scope.body["messages"]) && !isTextOrTokens(value)) return;
  if (typeof value === "string") {
    if (value === "") sayEmptyText(path, scope);
  } else if (!Array.isArray(value)) {
    const forms = "a string, an array of strings, or token numbers";
    say(scope, "body.type", path, `"input" must be ${forms}, not ${inWords(value)}.`);
  } else if (isConversation(value)) {
    judgeConversation(value, path, scope);
  } else if (isConversations(value)) {
    for (const [index, conversation] of value.entries()) judgeOneOfSeveral(conversation, [...path, index], scope);
  } else {
    judgeTextsOrTokens(value, path, scope);
  }
};

function isChat(messages: unknown): boolean {
  return isConversation(messages) || (Array.isArray(messages) && isConversations(messages));
}

function isTextOrTokens(value: unknown): boolean {
  return typeof value === "string" || Array.isArray(value);
}

/** Embeddings: one chat, or several. Only looked at when there is no input. */
export const judgeEmbeddingMessages: Judge = (value, path, scope) => {
  if (scope.body["input"] !== undefined) return;
  if (!Array.isArray(value)) {
    say(scope, "body.type", path, `"messages" must be an array, not ${inWords(value)}.`);
  } else if (value.length === 0) {
    say(scope, "body.empty", path, `"messages" must not be empty.`);
  } else if (value.every((element): element is unknown[] => Array.isArray(element))) {
    for (const [index, conversation] of value.entries()) judgeOneOfSeveral(conversation, [...path, index], scope);
  } else {
    judgeConversation(value, path, scope);
  }
};

function judgeOneOfSeveral(conversation: readonly unknown[], path: JsonPath, scope: Scope): void {
  if (conversation.length === 0) say(scope, "body.empty", path, `${nameOf(path)} must not be empty.`);
  judgeConversation(conversation, path, scope);
}

/** Scores: the sides of one pair are compared, and nobody looks at the others. */
export const judgeScoreSide: Judge = (value, path, scope) => {
  const pair = comparedPair(scope.body);
  if (pair === undefined || pair.includes(String(path.at(-1)))) judgeScoreTexts(value, path, scope);
};

/** Reranks: one text or several. */
export const judgeScoreTexts = (value: unknown, path: JsonPath, scope: Scope): void => {
  if (!Array.isArray(value)) {
    judgeScoreText(value, path, scope);
  } else if (value.length === 0) {
    say(scope, "body.empty", path, `${nameOf(path)} must not be empty.`);
  } else {
    for (const [index, text] of value.entries()) judgeScoreText(text, [...path, index], scope);
  }
};

/** Parts need a model for several media. */
export const judgeScoreText = (value: unknown, path: JsonPath, scope: Scope): void => {
  if (typeof value === "string") {
    if (value === "") sayEmptyText(path, scope);
  } else if (isObject(value) && Array.isArray(value["content"])) {
    say(scope, "body.needsModel", path, `${nameOf(path)} has parts, which only models for several media take.`);
  } else {
    say(scope, "body.type", path, `${nameOf(path)} must be a string, not ${inWords(value)}.`);
  }
};
