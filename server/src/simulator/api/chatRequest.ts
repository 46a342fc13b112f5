import { isObject, type JsonObject, property } from "../../util/unknown.ts";
import { badRequest } from "../http/apiError.ts";
import { pythonScalar } from "../text/python.ts";
import { BodyReader } from "./bodyReader.ts";
import { checkMessages } from "./chatMessages.ts";
import { readSampling, type SamplingFields } from "./samplingFields.ts";

/** A chat request after vLLM's request model, before the model, the template and the lengths are looked at. */
export interface ChatRequest {
  body: JsonObject;
  model: string | undefined;
  messages: readonly unknown[];
  sampling: SamplingFields;
  /** What was asked for, and by which of the two fields. */
  maxTokens: number | undefined;
  maxTokensField: "max_tokens" | "max_completion_tokens";
  stream: boolean;
  includeUsage: boolean;
  tools: readonly unknown[] | undefined;
  toolChoice: "none" | "auto" | "required" | { name: string };
  requestId: string | undefined;
  returnTokenIds: boolean;
}

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** Throws the 400s that need nothing but the body. */
export function readChatRequest(body: JsonObject): ChatRequest {
  checkCombinations(body);
  const reader = new BodyReader(body);
  reader.require("messages");
  const messages = reader.list("messages") ?? [];
  checkMessages(reader, messages);
  const model = reader.string("model");
  const wantsLogprobs = reader.boolean("logprobs") ?? false;
  const topLogprobs = reader.int("top_logprobs") ?? 0;
  const maxTokens = reader.int("max_tokens");
  const maxCompletionTokens = reader.int("max_completion_tokens");
  checkResponseFormat(reader);
  const sampling = readSampling(reader, wantsLogprobs ? topLogprobs : undefined);
  const stream = reader.boolean("stream") ?? false;
  const options = reader.object("stream_options");
  const tools = reader.list("tools");
  reader.literal("reasoning_effort", efforts);
  reader.boolean("add_generation_prompt");
  reader.boolean("continue_final_message");
  reader.int("priority");
  const requestId = reader.string("request_id");
  const returnTokenIds = reader.boolean("return_token_ids") ?? false;
  reader.check();
  return {
    body,
    model,
    messages,
    sampling,
    maxTokens: maxCompletionTokens ?? maxTokens,
    maxTokensField: maxCompletionTokens === undefined ? "max_tokens" : "max_completion_tokens",
    stream,
    includeUsage: property(options, "include_usage") === true,
    tools,
    toolChoice: readToolChoice(body, tools),
    requestId,
    returnTokenIds,
  };
}

/** The checks that vLLM makes on the raw body, with their own texts. */
function checkCombinations(body: JsonObject): void {
  checkFormatField(body["response_format"]);
  if (isObject(body["stream_options"]) && body["stream"] !== true) {
    throw badRequest("Stream options can only be defined when `stream=True`.", "stream_options");
  }
  const topLogprobs = body["top_logprobs"];
  if (typeof topLogprobs === "number" && topLogprobs !== 0 && body["logprobs"] !== true) {
    throw badRequest("when using `top_logprobs`, `logprobs` must be set to true.", "top_logprobs");
  }
  const constraints = ["json", "regex", "choice"].filter((key) => {
    const value = property(body["structured_outputs"], key);
    return value !== undefined && value !== null;
  });
  if (constraints.length > 1) {
    throw badRequest("You can only use one kind of constraints for structured outputs ('json', 'regex' or 'choice').");
  }
  checkTools(body);
  if (body["continue_final_message"] === true && body["add_generation_prompt"] === true) {
    throw badRequest("Cannot set both `continue_final_message` and `add_generation_prompt` to True.");
  }
}

function checkFormatField(format: unknown): void {
  const schema = property(format, "json_schema");
  if (property(format, "type") !== "json_schema" || (schema !== undefined && schema !== null)) return;
  throw badRequest(
    "When response_format type is 'json_schema', the 'json_schema' field must be provided.",
    "response_format",
  );
}

function checkTools(body: JsonObject): void {
  const { tools, tool_choice: choice } = body;
  if (Array.isArray(tools) && tools.length === 0) {
    const text = "`tools` must not be an empty array. Either provide at least one tool or omit the field entirely.";
    throw badRequest(text, "tools");
  }
  if (choice === undefined || choice === null || choice === "none") return;
  if (!Array.isArray(tools)) throw badRequest("When using `tool_choice`, `tools` must be set.", "tool_choice");
  if (choice === "auto" || choice === "required") return;
  if (!isObject(choice)) {
    const text =
      `Invalid value for \`tool_choice\`: ${pythonScalar(choice)}! ` +
      'Only named tools, "none", "auto" or "required" are supported.';
    throw badRequest(text, "tool_choice");
  }
  const name = property(choice["function"], "name");
  if (!tools.some((tool: unknown) => property(property(tool, "function"), "name") === name)) {
    throw badRequest("The tool specified in `tool_choice` does not match any of the specified `tools`", "tool_choice");
  }
}

function checkResponseFormat(reader: BodyReader): void {
  const format = reader.object("response_format");
  if (format === undefined) return;
  const nested = new BodyReader(format, "body.response_format");
  if (format["type"] === "structural_tag") return;
  nested.literal("type", ["text", "json_object", "json_schema"]);
  nested.check();
}

function readToolChoice(body: JsonObject, tools: readonly unknown[] | undefined): ChatRequest["toolChoice"] {
  const choice = body["tool_choice"];
  if (tools === undefined || choice === "none" || choice === null) return "none";
  if (choice === "required") return "required";
  const name = property(property(choice, "function"), "name");
  return typeof name === "string" ? { name } : "auto";
}
