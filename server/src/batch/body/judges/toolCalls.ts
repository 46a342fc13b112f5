import { isObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, say, type Scope } from "../scope.ts";
import { inWords, nameOf, typeInWords } from "../words.ts";

/** The calls that an assistant made earlier in the chat. Nothing is converted, and `type` must be there (vLLM 0.32). */
export function judgeToolCalls(calls: unknown, path: JsonPath, scope: Scope): void {
  if (Array.isArray(calls)) {
    for (const [index, call] of calls.entries()) judgeToolCall(call, [...path, index], scope);
  } else if (!isEmptyAnyway(calls)) {
    say(scope, "body.type", path, `${nameOf(path)} must be an array, not ${typeInWords(calls)}.`);
  }
}

/** An object or a string without contents lists as no calls. */
function isEmptyAnyway(calls: unknown): boolean {
  return calls === "" || (isObject(calls) && Object.keys(calls).length === 0);
}

function judgeToolCall(call: unknown, path: JsonPath, scope: Scope): void {
  if (!isObject(call)) {
    say(scope, "body.type", path, `${nameOf(path)} must be an object, not ${inWords(call)}.`);
    return;
  }
  judgeString(call["id"], [...path, "id"], scope);
  judgeType(call["type"], path, scope);
  const { function: called } = call;
  const place = [...path, "function"];
  if (!isObject(called)) {
    if (call["type"] === undefined || call["type"] === "function") {
      say(scope, "body.required", path, `${nameOf(path)} has no "function" with "name" and "arguments".`);
    }
    return;
  }
  judgeString(called["name"], [...place, "name"], scope);
  judgeArguments(called["arguments"], [...place, "arguments"], scope);
}

function judgeType(type: unknown, path: JsonPath, scope: Scope): void {
  if (type === "function") return;
  if (type === undefined) {
    const fix = fixWith("safe", `Add "type": "function"`, { op: "insert", path, key: "type", value: "function" });
    say(scope, "body.required", path, `${nameOf(path)} has no "type", which must be "function".`, { fix });
  } else {
    const place = [...path, "type"];
    say(
      scope,
      "body.value",
      place,
      `${nameOf(place)} must be "function", not ${inWords(type)}: vLLM knows no other calls.`,
    );
  }
}

function judgeString(value: unknown, path: JsonPath, scope: Scope): void {
  if (typeof value === "string") return;
  const message = value === undefined ? "is missing" : `must be a string, not ${inWords(value)}`;
  say(scope, value === undefined ? "body.required" : "body.type", path, `${nameOf(path)} ${message}.`);
}

function judgeArguments(value: unknown, path: JsonPath, scope: Scope): void {
  if (isObject(value) || Array.isArray(value)) {
    const fix = fixWith("safe", "Write it as a string", { op: "replace", path, value: JSON.stringify(value) });
    say(scope, "body.type", path, `${nameOf(path)} must be JSON written as a string, not ${typeInWords(value)}.`, {
      fix,
    });
  } else if (typeof value !== "string") {
    judgeString(value, path, scope);
  } else if (value !== "" && !holdsObject(value) && scope.target === "vllm") {
    const message = `${nameOf(path)} is not a JSON object. vLLM puts an empty one in its place.`;
    say(scope, "body.ignored", path, message);
  }
}

function holdsObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    // Not JSON.
    return false;
  }
}
