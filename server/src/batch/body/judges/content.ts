import { isObject, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, say, type Scope } from "../scope.ts";
import { inWords, nameOf, typeInWords } from "../words.ts";
import { judgePart } from "./contentPart.ts";

/** What a message says: text, or parts of several kinds. */
export function judgeContent(role: string, message: JsonObject, path: JsonPath, scope: Scope): void {
  const { content } = message;
  const place = [...path, "content"];
  if (content === undefined) {
    sayNoContent(role, message, path, scope);
  } else if (content === null) {
    if (role === "assistant" || role === "function") return;
    const fix = fixWith("suggested", `Replace it by ""`, { op: "replace", path: place, value: "" });
    say(scope, "body.type", place, `${nameOf(place)} must not be null in a message whose role is "${role}".`, { fix });
  } else if (Array.isArray(content)) {
    for (const [index, part] of content.entries()) judgePart(part, [...place, index], role, scope);
  } else if (isObject(content)) {
    judgeSinglePart(content, place, role, scope);
  } else if (typeof content !== "string") {
    say(scope, "body.type", place, `${nameOf(place)} must be a string or an array of parts, not ${inWords(content)}.`);
  }
}

/** vLLM sends a message without contents. Calls of tools are contents enough. */
function sayNoContent(role: string, message: JsonObject, path: JsonPath, scope: Scope): void {
  const { tool_calls: calls, function_call: call } = message;
  if (role === "assistant" && (calls !== undefined || call !== undefined)) return;
  if (scope.target === "openai" && role !== "assistant") {
    say(scope, "body.required", path, `${nameOf(path)} has no "content".`);
  } else {
    say(scope, "body.noContent", path, `${nameOf(path)} has no "content": the model sees an empty message.`);
  }
}

/** A part that should stand in an array. An empty object lists as no parts, except where nothing is put off. */
function judgeSinglePart(content: JsonObject, path: JsonPath, role: string, scope: Scope): void {
  const isReadLater = ["system", "developer", "user", "assistant", "tool"].includes(role);
  if (Object.keys(content).length === 0 && isReadLater && scope.target === "vllm") {
    say(scope, "body.noContent", path, `${nameOf(path)} is an empty object: the model sees an empty message.`);
    return;
  }
  const fix = fixWith("suggested", "Put it in an array", { op: "replace", path, value: [content] });
  say(scope, "body.type", path, `${nameOf(path)} must be a string or an array of parts, not ${typeInWords(content)}.`, {
    fix,
  });
}
