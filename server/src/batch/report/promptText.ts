import { isObject, property, type JsonObject } from "../../util/unknown.ts";

/**
 * What the model of a request reads, as near as can be told without its chat template: for chats the roles and texts in
 * order, for other endpoints the field that holds the prompt. Pictures and sounds are left out.
 */
export function promptTextOf(body: JsonObject): string {
  const { messages } = body;
  if (Array.isArray(messages)) return messages.map(textOfMessage).join("\n");
  const fields = [body["prompt"], body["instructions"], body["input"], body["query"], body["documents"]];
  const scored = [body["text_1"], body["text_2"], body["queries"]];
  return [...fields, ...scored].flatMap((field) => (field === undefined ? [] : [textOf(field)])).join("\n");
}

function textOfMessage(message: unknown): string {
  const role = property(message, "role");
  return `${typeof role === "string" ? role : ""}: ${textOf(property(message, "content"))}`;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(textOfPart).join("\n");
  return content === undefined || content === null ? "" : textOfPart(content);
}

function textOfPart(part: unknown): string {
  if (typeof part === "string") return part;
  // Token ids, and lists of them.
  if (!isObject(part)) return JSON.stringify(part);
  const text = part["text"] ?? part["content"];
  return typeof text === "string" ? text : text === undefined ? "" : textOf(text);
}
