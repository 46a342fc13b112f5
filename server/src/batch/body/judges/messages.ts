import { isObject, type JsonObject } from "../../../util/unknown.ts";
import { nearest } from "../../../util/nearest.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, removal, say, type Scope } from "../scope.ts";
import { inWords, nameOf, quoted, typeInWords } from "../words.ts";
import { judgeContent } from "./content.ts";
import type { Judge } from "./judge.ts";
import { judgeToolCalls } from "./toolCalls.ts";

/**
 * The messages of a chat, as vLLM 0.32 takes them (seen). Several of its checks are put off until the message is
 * used, so they depend on the role: what an assistant's message may not have, a user's may, and it is ignored.
 */
export const judgeMessages: Judge = (value, path, scope) => {
  if (!Array.isArray(value)) {
    say(scope, "body.type", path, `${nameOf(path)} must be an array of messages, not ${typeInWords(value)}.`);
  } else if (value.length === 0) {
    say(scope, "body.empty", path, `"messages" is empty. A chat needs at least one message.`);
  } else {
    judgeConversation(value, path, scope);
  }
};

export function judgeConversation(messages: readonly unknown[], path: JsonPath, scope: Scope): void {
  for (const [index, message] of messages.entries()) judgeMessage(message, [...path, index], scope);
}

function judgeMessage(message: unknown, path: JsonPath, scope: Scope): void {
  if (!isObject(message)) {
    say(
      scope,
      "body.type",
      path,
      `${nameOf(path)} must be an object with "role" and "content", not ${inWords(message)}.`,
    );
    return;
  }
  const { role } = message;
  if (role === undefined) {
    say(scope, "body.required", path, `${nameOf(path)} has no "role".`);
  } else if (typeof role !== "string") {
    say(scope, "body.type", [...path, "role"], `${nameOf([...path, "role"])} must be a string, not ${inWords(role)}.`);
  } else {
    judgeRole(role, [...path, "role"], scope);
    judgeName(role, message, path, scope);
    judgeContent(role, message, path, scope);
    judgeToolParts(role, message, path, scope);
    judgeOtherKeys(role, message, path, scope);
  }
}

const roles = ["system", "developer", "user", "assistant", "tool", "function"];

/** What other programs call them. */
const otherNames: Readonly<Record<string, string>> = {
  human: "user",
  ai: "assistant",
  bot: "assistant",
  model: "assistant",
};

/** vLLM hands any role to the chat template, and most templates know few. */
function judgeRole(role: string, path: JsonPath, scope: Scope): void {
  if (roles.includes(role)) return;
  const plain = role.trim().toLowerCase();
  const meant = roles.includes(plain) ? plain : (otherNames[plain] ?? nearest(plain, roles));
  const fix =
    meant === undefined
      ? {}
      : {
          fix: fixWith(meant === plain ? "safe" : "suggested", `Replace it by ${quoted(meant)}`, {
            op: "replace" as const,
            path,
            value: meant,
          }),
        };
  const guess = meant === undefined ? "" : ` Did you mean ${quoted(meant)}?`;
  if (scope.target === "openai") {
    say(scope, "body.value", path, `${quoted(role)} is not a role that OpenAI knows.${guess}`, fix);
  } else {
    const fate = "vLLM hands it to the model's chat template, which may refuse or drop it";
    say(scope, "body.role", path, `${quoted(role)} is an unusual role: ${fate}.${guess}`, fix);
  }
}

function judgeName(role: string, message: JsonObject, path: JsonPath, scope: Scope): void {
  const { name } = message;
  if (name === undefined || role === "tool" || typeof name === "string") return;
  const place = [...path, "name"];
  const fix = name === null ? { fix: removal(place) } : {};
  say(scope, "body.type", place, `${nameOf(place)} must be a string, not ${inWords(name)}.`, fix);
}

function judgeToolParts(role: string, message: JsonObject, path: JsonPath, scope: Scope): void {
  const isUnusual = !roles.includes(role);
  const { tool_calls: calls, tool_call_id: id } = message;
  if (calls !== undefined && calls !== null) {
    const place = [...path, "tool_calls"];
    if (role === "assistant" || isUnusual) judgeToolCalls(calls, place, scope);
    else if (scope.kind === "chat" && (typeof calls === "number" || typeof calls === "boolean"))
      sayTypeOf(calls, "an array", place, scope);
    else sayIgnored("tool_calls", role, path, scope);
  }
  if (role === "tool" && scope.target === "openai" && typeof id !== "string") {
    say(
      scope,
      "body.required",
      path,
      `${nameOf(path)} has no "tool_call_id": OpenAI wants to know which call it answers.`,
    );
  } else if (id !== undefined && id !== null) {
    if (role !== "tool" && !isUnusual) sayIgnored("tool_call_id", role, path, scope);
    else if (typeof id !== "string") sayTypeOf(id, "a string", [...path, "tool_call_id"], scope);
  }
}

function sayTypeOf(value: unknown, wanted: string, path: JsonPath, scope: Scope): void {
  say(scope, "body.type", path, `${nameOf(path)} must be ${wanted}, not ${inWords(value)}.`);
}

/** What vLLM reads of a message, by role; the rest it drops. */
const alwaysRead = ["role", "content", "name", "tool_calls", "tool_call_id"];
const alsoRead: Readonly<Record<string, readonly string[]>> = {
  assistant: ["reasoning", "reasoning_content"],
  developer: ["tools"],
};

function judgeOtherKeys(role: string, message: JsonObject, path: JsonPath, scope: Scope): void {
  const also = alsoRead[role] ?? [];
  for (const [key, value] of Object.entries(message)) {
    if (value === null || alwaysRead.includes(key) || also.includes(key)) continue;
    const place = [...path, key];
    const reads = roles.includes(role) || !Object.hasOwn(readOfUnusual, key) ? undefined : readOfUnusual[key];
    if (reads !== undefined) {
      if (!reads(value)) sayTypeOf(value, key === "tools" ? "an array of tools" : "a string", place, scope);
    } else if (scope.target === "openai") {
      if (!openaiAlso.includes(key)) {
        say(scope, "body.notOpenai", place, `OpenAI refuses ${quoted(key)} in a message.`, { at: "key" });
      }
    } else {
      sayIgnored(key, role, path, scope);
    }
  }
}

/** Of a message with a role of one's own. */
const readOfUnusual: Readonly<Record<string, (value: unknown) => boolean>> = {
  reasoning: isText,
  reasoning_content: isText,
  task: isText,
  tools: (value) => Array.isArray(value) && value.every(isObject),
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}

const openaiAlso = ["refusal", "audio", "function_call"];

function sayIgnored(key: string, role: string, path: JsonPath, scope: Scope): void {
  if (scope.target === "openai") return;
  const place = [...path, key];
  const message = `vLLM ignores ${quoted(key)} in a message whose role is ${quoted(role)}.`;
  say(scope, "body.ignored", place, message, { at: "key", fix: removal(place, "suggested") });
}
