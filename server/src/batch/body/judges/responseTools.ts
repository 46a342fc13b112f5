import { isObject, property, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { convert } from "../lax.ts";
import { fixWith, say, type Scope } from "../scope.ts";
import { inWords, nameOf, oneOf, quoted } from "../words.ts";
import type { Judge } from "./judge.ts";

/** What else a tool of OpenAI's own must have (the openai package that vLLM 0.32 brings). */
const required: Readonly<Record<string, readonly string[]>> = {
  function: ["name"],
  custom: ["name"],
  code_interpreter: ["container"],
  file_search: ["vector_store_ids"],
  mcp: ["server_label"],
};

/** Tools that others run: OpenAI, or a tool server beside vLLM. */
const others: ReadonlySet<string> = new Set([
  "apply_patch",
  "code_interpreter",
  "computer",
  "computer_use_preview",
  "file_search",
  "image_generation",
  "local_shell",
  "mcp",
  "namespace",
  "shell",
  "tool_search",
  "web_search",
  "web_search_2025_08_26",
  "web_search_preview",
  "web_search_preview_2025_03_11",
]);

/** Responses. */
export const judgeResponseTools: Judge = (value, path, scope, plain) => {
  if (!Array.isArray(value)) {
    plain();
    return;
  }
  for (const [index, tool] of value.entries()) judgeTool(tool, [...path, index], scope);
};

function judgeTool(tool: unknown, path: JsonPath, scope: Scope): void {
  if (!isObject(tool)) {
    say(scope, "body.type", path, `${nameOf(path)} must be an object, not ${inWords(tool)}.`);
    return;
  }
  const { type } = tool;
  if (typeof type !== "string" || !(others.has(type) || type === "function" || type === "custom")) {
    if (type === undefined) say(scope, "body.required", path, `${nameOf(path)} has no "type".`);
    else say(scope, "body.value", [...path, "type"], `${inWords(type)} is not a kind of tool.`);
    return;
  }
  if (isNestedFunction(tool)) {
    sayNested(path, scope);
    return;
  }
  for (const key of required[type] ?? []) {
    if (tool[key] === undefined) say(scope, "body.required", path, `${nameOf(path)} has no ${quoted(key)}.`);
  }
  judgeMembers(tool, path, scope);
  if (others.has(type) && scope.target === "vllm") {
    const place = [...path, "type"];
    const message = `vLLM runs ${quoted(type)} only for models made for it, and with --tool-server. Others do not see it.`;
    say(scope, "body.needsFlag", place, message);
  }
}

/** The way in which chats write tools. */
function isNestedFunction(tool: JsonObject): boolean {
  return tool["type"] === "function" && tool["name"] === undefined && isObject(tool["function"]);
}

function sayNested(path: JsonPath, scope: Scope): void {
  const fix = fixWith("safe", `Lift "function"`, { op: "lift", path: [...path, "function"] });
  const message = `${nameOf(path)} is written as for a chat. Here "name" and "parameters" stand beside "type".`;
  say(scope, "body.required", path, message, { fix });
}

function judgeMembers(tool: JsonObject, path: JsonPath, scope: Scope): void {
  if (tool["type"] === "custom") {
    if (property(tool["format"], "type") === "grammar" && scope.target === "vllm") {
      const place = [...path, "format"];
      say(scope, "body.unsupported", place, `vLLM takes custom tools only without a grammar.`, { at: "key" });
    }
    return;
  }
  if (tool["type"] !== "function") return;
  wantType("name", "string", tool, path, scope);
  wantType("description", "string", tool, path, scope);
  wantType("parameters", "object", tool, path, scope);
  wantType("strict", "boolean", tool, path, scope);
}

function wantType(
  key: string,
  type: "string" | "object" | "boolean",
  tool: JsonObject,
  path: JsonPath,
  scope: Scope,
): void {
  const value = tool[key];
  if (value === undefined || (value === null && key !== "name")) return;
  const fits = type === "object" ? isObject(value) : convert(value, type) !== undefined;
  const place = [...path, key];
  const words = { string: "a string", object: "an object", boolean: "true or false" };
  if (!fits) say(scope, "body.type", place, `${nameOf(place)} must be ${words[type]}, not ${inWords(value)}.`);
  else if (type === "boolean" && typeof value !== "boolean") {
    const converted = convert(value, "boolean") === true;
    const fix = fixWith("safe", `Replace it by ${converted}`, { op: "replace", path: place, value: converted });
    say(scope, "body.coerced", place, `${nameOf(place)} is ${inWords(value)}, which vLLM reads as ${converted}.`, {
      fix,
    });
  }
}

const words = ["none", "auto", "required"];

/** The kinds of choices that name something else than a function. */
const choiceTypes: ReadonlySet<string> = new Set([...others, "allowed_tools", "custom", "function"]);

/** Responses, where a named tool is written flat. */
export const judgeResponseToolChoice: Judge = (value, path, scope) => {
  const { tools } = scope.body;
  const hasTools = Array.isArray(tools) && tools.length > 0;
  if (typeof value === "string" && words.includes(value)) {
    if (value === "required" && !hasTools) {
      say(scope, "body.toolChoice", path, `"tool_choice" is "required", but there are no "tools".`);
    }
  } else if (!isObject(value) || typeof value["type"] !== "string" || !choiceTypes.has(value["type"])) {
    const forms = oneOf([...words.map(quoted), `{"type": "function", "name": …}`]);
    say(scope, "body.toolChoice", path, `"tool_choice" must be ${forms}, not ${inWords(value)}.`);
  } else if (value["type"] === "function" || value["type"] === "custom") {
    judgeNamed(value, tools, path, scope);
  }
};

function judgeNamed(choice: JsonObject, tools: unknown, path: JsonPath, scope: Scope): void {
  const { name } = choice;
  const list: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const hasNamespaces = list.some((tool) => property(tool, "type") === "namespace");
  if (hasNamespaces || list.some((tool) => typeof name === "string" && property(tool, "name") === name)) return;
  const nested = property(choice["function"], "name");
  const fix =
    name === undefined && typeof nested === "string"
      ? { fix: fixWith("safe", `Lift "function"`, { op: "lift" as const, path: [...path, "function"] }) }
      : {};
  const message =
    typeof name === "string"
      ? `"tool_choice" names ${quoted(name)}, which is not among the tools.`
      : `"tool_choice" must have the tool's name in "name".`;
  say(scope, "body.toolChoice", path, message, fix);
}
