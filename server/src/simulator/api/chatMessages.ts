import { isObject, property } from "../../util/unknown.ts";
import { badRequest } from "../http/apiError.ts";
import { type BodyReader, summarize } from "./bodyReader.ts";

/** The union members that pydantic tries first; its complaints begin with this one. */
const FIRST_MEMBER = "ChatCompletionDeveloperMessageParam";

/** Kinds of content that vLLM knows and a text model refuses. */
const mediaParts = new Set([
  "image_url",
  "input_image",
  "image_embeds",
  "audio_url",
  "input_audio",
  "audio_embeds",
  "video_url",
]);
const textParts = new Set(["text", "input_text", "output_text", "refusal", "thinking"]);

/** Complains about messages that fit none of the union's members. */
export function checkMessages(reader: BodyReader, messages: readonly unknown[]): void {
  messages.forEach((message, index) => {
    const loc = `body.messages.${index}.${FIRST_MEMBER}`;
    if (!isObject(message)) {
      reader.add({ type: "dict_type", loc, msg: "Input should be a valid dictionary", input: summarize(message) });
      return;
    }
    if (message["role"] === undefined) {
      reader.add({ type: "missing", loc: `${loc}.role`, msg: "Field required", input: summarize(message) });
    }
    const { content } = message;
    const fits = typeof content === "string" || Array.isArray(content) || mayBeEmpty(message["role"], content);
    if (!fits) {
      const msg = "Input should be a valid string";
      reader.add({ type: "string_type", loc: `${loc}.content`, msg, input: summarize(content) });
    }
  });
}

/** Assistants may say nothing (they may have called a tool), and roles of one's own may too. */
function mayBeEmpty(role: unknown, content: unknown): boolean {
  const needsContent = role === "user" || role === "system" || role === "developer" || role === "tool";
  return !needsContent && (content === undefined || content === null);
}

/** The conversation as one text, as a chat template makes it. Throws the 400s of the template. */
export function renderMessages(model: string, messages: readonly unknown[], continueFinal: boolean): string {
  if (messages.length === 0) {
    throw badRequest("Cannot apply chat template to an empty conversation. Provide at least one message.");
  }
  let text = "";
  messages.forEach((message, index) => {
    const role = property(message, "role");
    const calls = property(message, "tool_calls");
    const said = contentText(model, property(message, "content")) + (calls === undefined ? "" : JSON.stringify(calls));
    const open = continueFinal && index === messages.length - 1;
    text += `<|im_start|>${typeof role === "string" ? role : ""}\n${said}${open ? "" : "<|im_end|>\n"}`;
  });
  return continueFinal ? text : `${text}<|im_start|>assistant\n`;
}

function contentText(model: string, content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: unknown) => partText(model, part)).join("\n");
}

function partText(model: string, part: unknown): string {
  if (typeof part === "string") return part;
  const type = property(part, "type");
  if (typeof type === "string" && mediaParts.has(type)) throw badRequest(`${model} is not a multimodal model`);
  const text = property(part, "text") ?? property(part, typeof type === "string" ? type : "text");
  if (typeof text === "string" && (type === undefined || (typeof type === "string" && textParts.has(type))))
    return text;
  throw badRequest(
    "1 validation error for ValidatorIterator\n0.ChatCompletionContentPartTextParam.text\n" +
      `  Field required [type=missing, input_value=${summarize(part)}, input_type=dict]`,
  );
}
