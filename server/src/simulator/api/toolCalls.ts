import { property } from "../../util/unknown.ts";
import type { Settings } from "../arguments/settings.ts";
import { badRequest } from "../http/apiError.ts";
import { schemaAnswer } from "../text/schemaAnswer.ts";
import type { ChatRequest } from "./chatRequest.ts";

/** Tools need flags: throws vLLM's 400s when the one that a request needs was not given. */
export function checkToolFlags(settings: Settings, { tools, toolChoice }: ChatRequest): void {
  if (tools === undefined || toolChoice === "none") return;
  if (toolChoice === "auto") {
    if (settings.autoToolChoice && settings.toolCallParser !== undefined) return;
    throw badRequest('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set');
  }
  if (settings.toolCallParser !== undefined) return;
  const choice = toolChoice === "required" ? '"required"' : `function "${toolChoice.name}"`;
  throw badRequest(`tool_choice=${choice} requires --tool-call-parser to be set`);
}

/** The tool that a request makes the model call. With "auto" the simulated model answers in words. */
export function calledTool({ tools, toolChoice }: ChatRequest): unknown {
  if (tools === undefined || toolChoice === "none" || toolChoice === "auto") return undefined;
  if (toolChoice === "required") return property(tools[0], "function");
  const name = toolChoice.name;
  return tools.map((tool) => property(tool, "function")).find((tool) => property(tool, "name") === name);
}

/** A call with the smallest arguments that fit the tool's parameters. */
export function toolCall(tool: unknown, hash: number): object {
  const name = property(tool, "name");
  const parameters = property(tool, "parameters") ?? { type: "object" };
  return {
    id: `chatcmpl-tool-${hash.toString(16).padStart(16, "0")}`,
    type: "function",
    function: { name: typeof name === "string" ? name : "", arguments: JSON.stringify(schemaAnswer(parameters)) },
  };
}
