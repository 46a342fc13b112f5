import { messageOf, property } from "../../util/unknown.ts";
import { badRequest } from "../http/apiError.ts";
import type { ChatRequest } from "./chatRequest.ts";
import { schemaAnswer } from "../text/schemaAnswer.ts";

/**
 * The text that a constraint asks for (`response_format`, `structured_outputs`), or undefined without one. A regular
 * expression or grammar is not obeyed: making a text for it is not what a simulator is for.
 */
export function constrainedText(body: ChatRequest["body"], hash: number): string | undefined {
  const format = body["response_format"];
  const type = property(format, "type");
  if (type === "json_object") return '{"simulated": true}';
  if (type === "json_schema") return JSON.stringify(schemaAnswer(property(property(format, "json_schema"), "schema")));
  const outputs = body["structured_outputs"];
  const choices = property(outputs, "choice");
  if (Array.isArray(choices) && choices.length > 0) return String(choices[hash % choices.length]);
  if (property(outputs, "json_object") === true) return '{"simulated": true}';
  const schema = property(outputs, "json");
  if (schema === undefined || schema === null) return undefined;
  return JSON.stringify(schemaAnswer(typeof schema === "string" ? parseSchema(schema) : schema));
}

/** A schema may come as text. Throws a 400 for one that is no JSON, as vLLM does. */
function parseSchema(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`Invalid JSON schema: ${messageOf(error)}`);
  }
}
