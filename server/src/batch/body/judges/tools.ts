import { isObject, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, say, type Scope } from "../scope.ts";
import { nameOf } from "../words.ts";
import type { Judge } from "./judge.ts";

/** Chats. Tools that are written as for the responses endpoint are told first, and the rest when they are mended. */
export const judgeTools: Judge = (value, path, scope, plain) => {
  const tools: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!tools.some(isFlat)) plain();
  for (const [index, tool] of tools.entries()) if (isFlat(tool)) sayFlat(tool, [...path, index], scope);
};

function isFlat(tool: unknown): tool is JsonObject {
  return (
    isObject(tool) && tool["type"] === "function" && tool["function"] === undefined && typeof tool["name"] === "string"
  );
}

function sayFlat({ type, ...rest }: JsonObject, path: JsonPath, scope: Scope): void {
  const value = { type, function: rest };
  const fix = fixWith("safe", `Nest them in "function"`, { op: "replace", path, value });
  const message = `${nameOf(path)} is written as for responses. Here "name" and "parameters" stand in "function".`;
  say(scope, "body.required", path, message, { fix });
}
