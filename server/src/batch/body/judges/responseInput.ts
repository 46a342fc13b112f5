import { isObject, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, removal, say, type Scope } from "../scope.ts";
import { inWords, nameOf, oneOf, quoted, typeInWords } from "../words.ts";
import type { Judge } from "./judge.ts";
import { judgeMediaUrl } from "./mediaUrl.ts";

/** Responses: a text, or items. Those of the kinds that vLLM 0.32 renders (seen) are judged one by one. */
export const judgeResponseInput: Judge = (value, path, scope) => {
  if (typeof value === "string") return;
  if (!Array.isArray(value)) {
    say(scope, "body.type", path, `"input" must be a string or an array of items, not ${inWords(value)}.`);
  } else if (value.length === 0) {
    say(scope, "body.empty", path, `"input" is empty. There must be at least one message.`);
  } else {
    for (const [index, item] of value.entries()) judgeItem(item, [...path, index], scope);
  }
};

type ItemJudge = (item: JsonObject, path: JsonPath, scope: Scope) => void;

const itemJudges: Readonly<Record<string, ItemJudge>> = {
  message: judgeMessage,
  function_call: judgeCall,
  function_call_output: judgeCallOutput,
  custom_tool_call: (item, path, scope) => {
    wantStrings(item, ["call_id", "name", "input"], path, scope);
  },
  custom_tool_call_output: judgeCallOutput,
  reasoning: judgeReasoning,
};

function judgeItem(item: unknown, path: JsonPath, scope: Scope): void {
  if (!isObject(item)) {
    say(scope, "body.type", path, `${nameOf(path)} must be an object, not ${inWords(item)}.`);
    return;
  }
  const { type } = item;
  if (type === undefined || type === null) {
    if (type === null) sayNullType(item, path, scope);
    else judgeMessage(item, path, scope);
  } else if (typeof type === "string" && Object.hasOwn(itemJudges, type)) {
    itemJudges[type]?.(item, path, scope);
  } else if (scope.target === "vllm" || typeof type !== "string") {
    const place = [...path, "type"];
    const known = oneOf(Object.keys(itemJudges).map(quoted));
    say(scope, "body.value", place, `vLLM takes no items of type ${inWords(type)}: it must be ${known}.`);
  }
}

function sayNullType({ role, content }: JsonObject, path: JsonPath, scope: Scope): void {
  const place = [...path, "type"];
  const isMessage = typeof role === "string" && content !== undefined;
  const fix = isMessage ? { fix: removal(place) } : {};
  say(scope, "body.type", place, `${nameOf(place)} must not be null. Messages need no type.`, fix);
}

const roles = ["user", "assistant", "system", "developer"];

function judgeMessage(item: JsonObject, path: JsonPath, scope: Scope): void {
  const { role, content } = item;
  if (typeof role !== "string" || !roles.includes(role)) {
    const place = [...path, "role"];
    const words = `${oneOf(roles.map(quoted))}, not ${inWords(role)}`;
    if (role === undefined) say(scope, "body.required", path, `${nameOf(path)} has no "role".`);
    else say(scope, "body.value", place, `${nameOf(place)} must be ${words}.`);
    return;
  }
  const place = [...path, "content"];
  if (content === undefined) say(scope, "body.required", path, `${nameOf(path)} has no "content".`);
  else if (Array.isArray(content)) {
    const isOutput = role === "assistant" && item["type"] === "message";
    if (content.length === 0 && isOutput) say(scope, "body.empty", place, `${nameOf(place)} must not be empty.`);
    for (const [index, part] of content.entries()) judgePart(part, isOutput, [...place, index], scope);
  } else if (typeof content !== "string") {
    say(scope, "body.type", place, `${nameOf(place)} must be a string or an array of parts, not ${inWords(content)}.`);
  }
}

/** What an assistant said earlier comes back in parts of output, but only in items that say that they are messages. */
function judgePart(part: unknown, mayBeOutput: boolean, path: JsonPath, scope: Scope): void {
  if (!isObject(part)) {
    say(scope, "body.contentPart", path, `${nameOf(path)} must be an object with "type", not ${inWords(part)}.`);
    return;
  }
  const { type, text } = part;
  if (type === "input_text" || (type === "output_text" && mayBeOutput)) {
    if (typeof text !== "string") sayNoText(text, path, scope);
  } else if (type === "refusal" && mayBeOutput) {
    if (typeof part["refusal"] !== "string") say(scope, "body.contentPart", path, `${nameOf(path)} has no "refusal".`);
  } else if (type === "input_image") {
    judgeImage(part, path, scope);
  } else {
    sayPartType(part, mayBeOutput, path, scope);
  }
}

function sayNoText(text: unknown, path: JsonPath, scope: Scope): void {
  const message = text === undefined ? `has no "text"` : `must have a string in "text", not ${inWords(text)}`;
  say(scope, "body.contentPart", path, `${nameOf(path)} ${message}.`);
}

function judgeImage(part: JsonObject, path: JsonPath, scope: Scope): void {
  if (scope.target === "openai") return;
  const { image_url: url } = part;
  if (typeof url !== "string") {
    say(scope, "body.contentPart", path, `${nameOf(path)} must have the URL of the image in "image_url".`);
    return;
  }
  judgeMediaUrl(url, [...path, "image_url"], scope);
  const message = `${nameOf(path)} needs a model that takes images: vLLM refuses it with any other.`;
  say(scope, "body.needsModel", path, message);
}

function sayPartType({ type, text }: JsonObject, mayBeOutput: boolean, path: JsonPath, scope: Scope): void {
  if (scope.target === "openai" && typeof type === "string" && type.startsWith("input_")) return;
  const known = mayBeOutput ? [`"output_text"`, `"refusal"`] : [`"input_text"`, `"input_image"`];
  const isText = typeof text === "string" && (type === "text" || type === "output_text");
  const replace = { op: "replace" as const, path: [...path, "type"], value: "input_text" };
  const fix = isText ? { fix: fixWith("safe", `Replace it by "input_text"`, replace) } : {};
  const said = type === undefined ? "nothing" : inWords(type);
  say(scope, "body.contentPart", path, `The type of ${nameOf(path)} must be ${oneOf(known)}, not ${said}.`, fix);
}

function judgeCall(item: JsonObject, path: JsonPath, scope: Scope): void {
  wantStrings(item, ["call_id", "name", "arguments"], path, scope);
}

function judgeCallOutput(item: JsonObject, path: JsonPath, scope: Scope): void {
  const { call_id: id, output } = item;
  const place = [...path, "output"];
  if (id !== undefined && id !== null && typeof id !== "string") {
    say(
      scope,
      "body.type",
      [...path, "call_id"],
      `${nameOf([...path, "call_id"])} must be a string, not ${inWords(id)}.`,
    );
  }
  if (Array.isArray(output)) {
    for (const [index, part] of output.entries()) judgePart(part, false, [...place, index], scope);
  } else if (output === undefined) {
    say(scope, "body.required", path, `${nameOf(path)} has no "output".`);
  } else if (typeof output !== "string") {
    say(scope, "body.type", place, `${nameOf(place)} must be a string or an array of parts, not ${inWords(output)}.`);
  }
}

function judgeReasoning(item: JsonObject, path: JsonPath, scope: Scope): void {
  const { summary, content, encrypted_content: encrypted } = item;
  if (!Array.isArray(summary)) {
    const message = summary === undefined ? "is missing" : `must be an array, not ${typeInWords(summary)}`;
    say(scope, "body.type", [...path, "summary"], `${nameOf([...path, "summary"])} ${message}.`);
  }
  if (content !== undefined && content !== null && !Array.isArray(content)) {
    const place = [...path, "content"];
    say(scope, "body.type", place, `${nameOf(place)} must be an array, not ${typeInWords(content)}.`);
  }
  if (Array.isArray(summary)) wantTexts(summary, "summary_text", [...path, "summary"], scope);
  if (Array.isArray(content)) wantTexts(content, "reasoning_text", [...path, "content"], scope);
  if (typeof encrypted === "string" && encrypted !== "" && scope.target === "vllm") {
    say(scope, "body.unsupported", [...path, "encrypted_content"], `vLLM cannot read encrypted reasoning.`, {
      at: "key",
    });
  }
}

function wantTexts(parts: readonly unknown[], type: string, path: JsonPath, scope: Scope): void {
  for (const [index, part] of parts.entries()) {
    if (isObject(part) && part["type"] === type && typeof part["text"] === "string") continue;
    const place = [...path, index];
    say(scope, "body.contentPart", place, `${nameOf(place)} must be {"type": ${quoted(type)}, "text": …}.`);
  }
}

function wantStrings(item: JsonObject, keys: readonly string[], path: JsonPath, scope: Scope): void {
  for (const key of keys) {
    const value = item[key];
    const place = [...path, key];
    if (value === undefined) say(scope, "body.required", path, `${nameOf(path)} has no ${quoted(key)}.`);
    else if (isObject(value) && key === "arguments") {
      const fix = fixWith("safe", "Write it as a string", { op: "replace", path: place, value: JSON.stringify(value) });
      say(scope, "body.type", place, `${nameOf(place)} must be JSON written as a string, not an object.`, { fix });
    } else if (typeof value !== "string") {
      say(scope, "body.type", place, `${nameOf(place)} must be a string, not ${inWords(value)}.`);
    }
  }
}
