import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import { plainBodies } from "./madeBody.ts";

/** A place deeper in a body, in which values are put. */
export interface Place {
  kind: BodyKind;
  name: string;
  body: object;
  path: readonly (string | number)[];
}

const places: Place[] = [];

/** The places `keys` of the object that stands at `path` in a plain body with `fields`. */
function add(
  kind: BodyKind,
  name: string,
  fields: object,
  path: readonly (string | number)[],
  keys: readonly string[],
) {
  const body = { ...plainBodies[kind], ...fields };
  for (const key of keys) places.push({ kind, name: `${name}.${key}`, body, path: [...path, key] });
}

const messages: Readonly<Record<string, object>> = {
  system: { role: "system", content: "s" },
  user: { role: "user", content: "u" },
  developer: { role: "developer", content: "d" },
  assistant: { role: "assistant", content: "a" },
  tool: { role: "tool", content: "t", tool_call_id: "x" },
  function: { role: "function", name: "f", content: "t" },
  critic: { role: "critic", content: "c" },
};
const messageKeys = ["role", "content", "name", "tool_calls", "tool_call_id"];
const otherKeys = ["function_call", "refusal", "reasoning", "reasoning_content", "tools", "task", "audio", "zzz"];
for (const [role, message] of Object.entries(messages)) {
  const keys = ["user", "assistant", "critic"].includes(role) ? [...messageKeys, ...otherKeys] : messageKeys;
  add("chat", `message(${role})`, { messages: [message] }, ["messages", 0], keys);
}

const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
const called = { messages: [messages["user"], { role: "assistant", content: null, tool_calls: [call] }] };
add("chat", "call", called, ["messages", 1, "tool_calls", 0], ["id", "type", "function"]);
add("chat", "call.function", called, ["messages", 1, "tool_calls", 0, "function"], ["name", "arguments"]);

const parts: Readonly<Record<string, object>> = {
  text: { type: "text", text: "t" },
  refusal: { type: "refusal", refusal: "r" },
  thinking: { type: "thinking", thinking: "r" },
  image_url: { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
  input_audio: { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
  tool_reference: { type: "tool_reference", name: "f" },
  untyped: { text: "t" },
};
for (const [name, part] of Object.entries(parts)) {
  const own = Object.keys(part).filter((key) => key !== "type");
  const fields = { messages: [{ role: "user", content: [part] }] };
  add("chat", `part(${name})`, fields, ["messages", 0, "content", 0], ["type", ...own, "uuid"]);
}
for (const role of ["system", "assistant", "tool", "critic"]) {
  const fields = { messages: [{ ...messages[role], content: [parts["text"]] }] };
  add("chat", `part(text) of ${role}`, fields, ["messages", 0, "content", 0], ["type", "text"]);
}

const tool = {
  type: "function",
  function: { name: "f", description: "d", parameters: { type: "object", properties: {} } },
};
const unused = { tools: [tool], tool_choice: "none" };
add("chat", "tool", unused, ["tools", 0], ["type", "function", "defer_loading", "zzz"]);
const functionKeys = ["name", "description", "parameters", "strict", "defer_loading", "zzz"];
add("chat", "tool.function", unused, ["tools", 0, "function"], functionKeys);
add("chat", "tools", { tools: [tool] }, [], ["tool_choice"]);
const named = { tools: [tool], tool_choice: { type: "function", function: { name: "f" } } };
add("chat", "tool_choice", named, ["tool_choice"], ["type", "function", "zzz"]);
add("chat", "tool_choice.function", named, ["tool_choice", "function"], ["name"]);

const schema = { type: "object", properties: { a: { type: "string" } } };
const format = { type: "json_schema", json_schema: { name: "n", schema, strict: true } };
const constraints = ["json", "regex", "choice", "grammar", "json_object", "structural_tag"];
const options = ["disable_any_whitespace", "disable_additional_properties", "whitespace_pattern", "zzz"];
for (const kind of ["chat", "completion"] as const) {
  add(kind, "response_format", { response_format: format }, ["response_format"], ["type", "json_schema", "zzz"]);
  const inSchema = ["name", "schema", "strict", "description", "zzz"];
  add(kind, "json_schema", { response_format: format }, ["response_format", "json_schema"], inSchema);
  for (const type of ["text", "json_object"]) {
    add(kind, `response_format(${type})`, { response_format: { type } }, ["response_format"], ["json_schema"]);
  }
  const withJson = { structured_outputs: { json: schema } };
  add(kind, "structured_outputs(json)", withJson, ["structured_outputs"], [...constraints, ...options]);
  add(kind, "structured_outputs()", { structured_outputs: {} }, ["structured_outputs"], constraints);
  const repetition = { repetition_detection: { max_pattern_size: 4, min_pattern_size: 2, min_count: 3 } };
  const sizes = ["max_pattern_size", "min_pattern_size", "min_count", "zzz"];
  add(kind, "repetition_detection", repetition, ["repetition_detection"], sizes);
  add(kind, "vllm_xargs", { vllm_xargs: {} }, ["vllm_xargs"], ["a"]);
  add(kind, "logit_bias", { logit_bias: {} }, ["logit_bias"], ["5", "a", "-1"]);
}
for (const [name, value] of Object.entries({ type: "string", items: {}, properties: {}, required: [], enum: ["a"] })) {
  const fields = { response_format: { type: "json_schema", json_schema: { name: "n", schema: { [name]: value } } } };
  add("chat", "schema", fields, ["response_format", "json_schema", "schema"], [name]);
}

const message = { type: "message", role: "user", content: [{ type: "input_text", text: "u" }] };
add("response", "item", { input: [{ role: "user", content: "u" }] }, ["input", 0], ["role", "content", "type", "id"]);
add("response", "item(message)", { input: [message] }, ["input", 0], ["role", "content", "type", "status"]);
add("response", "part", { input: [message] }, ["input", 0, "content", 0], ["type", "text"]);
const items: Readonly<Record<string, object>> = {
  function_call: { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
  function_call_output: { type: "function_call_output", call_id: "c", output: "x" },
  reasoning: { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "x" }] },
};
for (const [name, item] of Object.entries(items)) {
  add("response", `item(${name})`, { input: [messages["user"], item] }, ["input", 1], Object.keys(item));
}
const flat = { type: "function", name: "f", parameters: { type: "object", properties: {} }, strict: true };
const flatKeys = ["type", "name", "parameters", "strict", "description", "zzz"];
add("response", "tool", { tools: [flat], tool_choice: "none" }, ["tools", 0], flatKeys);
add("response", "tools", { tools: [flat] }, [], ["tool_choice"]);
const chosen = { tools: [flat], tool_choice: { type: "function", name: "f" } };
add("response", "tool_choice", chosen, ["tool_choice"], ["type", "name"]);
add("response", "text", { text: {} }, ["text"], ["format", "verbosity", "zzz"]);
const textFormat = { text: { format: { type: "json_schema", name: "n", schema: { type: "object" } } } };
add("response", "text.format", textFormat, ["text", "format"], ["type", "name", "schema", "strict", "description"]);
const reasoningKeys = ["effort", "summary", "generate_summary", "zzz"];
add("response", "reasoning", { reasoning: {} }, ["reasoning"], reasoningKeys);

add("embedding", "message", { input: undefined, messages: [messages["user"]] }, ["messages", 0], messageKeys);
add(
  "embedding",
  "chat",
  { input: undefined, messages: [messages["user"]] },
  [],
  ["add_generation_prompt", "continue_final_message", "chat_template", "chat_template_kwargs"],
);
add("score", "side", { text_1: { content: [parts["text"]] } }, ["text_1"], ["content"]);

export const deepPlaces: readonly Place[] = places;
