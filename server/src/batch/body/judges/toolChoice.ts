import { isObject, property } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, removal, say, type Scope } from "../scope.ts";
import { inWords, quoted } from "../words.ts";
import type { Judge } from "./judge.ts";

/** Chats. That the engine needs a parser for what it chooses is said elsewhere. */
export const judgeToolChoice: Judge = (value, path, scope) => {
  if (value === null || value === "none") return;
  const { tools } = scope.body;
  if (tools === undefined || tools === null) {
    say(scope, "body.toolChoice", path, `"tool_choice" is without "tools" to choose from.`, {
      ...(value === "auto" && { fix: removal(path) }),
    });
  } else if (value === "auto" || value === "required") {
    return;
  } else if (isObject(value)) {
    judgeNamed(value, path, tools, scope);
  } else {
    const words = `"none", "auto", "required" or {"type": "function", "function": {"name": …}}`;
    const fix =
      value === "any"
        ? { fix: fixWith("safe", `Replace it by "required"`, { op: "replace", path, value: "required" }) }
        : {};
    say(scope, "body.toolChoice", path, `"tool_choice" must be ${words}, not ${inWords(value)}.`, fix);
  }
};

function judgeNamed(choice: Record<string, unknown>, path: JsonPath, tools: unknown, scope: Scope): void {
  const { type, function: chosen } = choice;
  const name = property(chosen, "name");
  if (typeof name !== "string" || name === "") {
    const flat = typeof choice["name"] === "string" ? choice["name"] : undefined;
    const value = { type: "function", function: { name: flat } };
    const fix = flat === undefined ? {} : { fix: fixWith("safe", "Nest the name", { op: "replace", path, value }) };
    say(
      scope,
      "body.toolChoice",
      path,
      `"tool_choice" must name a tool: {"type": "function", "function": {"name": …}}.`,
      fix,
    );
  } else if (type !== undefined && type !== "function") {
    say(
      scope,
      "body.toolChoice",
      [...path, "type"],
      `The type of "tool_choice" must be "function", not ${inWords(type)}.`,
    );
  } else if (Array.isArray(tools) && !tools.some((tool) => property(property(tool, "function"), "name") === name)) {
    const place = [...path, "function", "name"];
    say(scope, "body.toolChoice", place, `"tool_choice" names ${quoted(name)}, which is not among the tools.`);
  }
}
