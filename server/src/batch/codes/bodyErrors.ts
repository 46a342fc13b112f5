import { chat, chatWithoutModel, embedding, openaiChat, response, transcription } from "./bodyExamples.ts";
import type { CodeEntry } from "./code.ts";

const refuses = "vLLM answers 400, and in its own run-batch such a line stops the whole file before anything runs.";

const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};

export const bodyErrorCodes: readonly CodeEntry[] = [
  {
    code: "body.conflict",
    severity: "error",
    title: "Fields that do not go together",
    why:
      `Each field is fine by itself, and together they are refused. ${refuses} Among them: \`stream_options\` without ` +
      "a stream, `top_logprobs` without `logprobs: true`, several answers at temperature 0, `min_tokens` above " +
      "`max_tokens`, `continue_final_message` where a new message is begun (the default in chats), two constraints " +
      "on the answer (vLLM 0.32, seen).",
    bad: chat({ stream_options: { include_usage: true } }),
    good: chat({}),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "body.contentPart",
    severity: "error",
    title: "A part of a message has the wrong shape",
    why:
      "A message is a string, or an array of parts, each an object with a `type` and what belongs to it: " +
      '`{"type": "text", "text": …}`, `{"type": "image_url", "image_url": {"url": …}}` and so on. Names of the ' +
      `responses endpoint (\`input_text\`) are refused in chats. ${refuses}`,
    bad: chat({ messages: [{ role: "user", content: [{ type: "input_text", text: "Hello" }] }] }),
    good: chat({ messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }] }),
    fix: "safe",
  },
  {
    code: "body.empty",
    severity: "error",
    title: "Something that must not be empty is",
    why: `No messages, an empty prompt, an empty list of tools, an empty string to stop at: there is nothing to work with. ${refuses}`,
    bad: chat({ messages: [] }),
    good: chat({}),
    fix: null,
  },
  {
    code: "body.fileUrl",
    severity: "error",
    title: "The audio is not where it may be fetched from",
    why:
      "A line cannot hold a file, so `file_url` says where it is: a `data:` URL in base64, or an `https:` address of a " +
      "public host. Files of this machine, plain http and private networks are never fetched, so that a batch file " +
      "from elsewhere cannot read what only this machine may.",
    bad: transcription({ file_url: "file:///home/me/talk.wav" }),
    good: transcription({ file_url: "data:audio/wav;base64,UklGRiQAAABXQVZF" }),
    fix: null,
    target: "vllm",
  },
  {
    code: "body.jsonSchema",
    severity: "error",
    title: "The JSON Schema cannot constrain an answer",
    why:
      "vLLM turns the schema into a grammar, and refuses one with a type that JSON Schema does not have (`int`, `str`), " +
      "a reference that leads nowhere, limits that nothing can fulfil, or more than 64 levels. It answers 400.",
    bad: chat({
      response_format: {
        type: "json_schema",
        json_schema: { name: "year", schema: { type: "object", properties: { year: { type: "int" } } } },
      },
    }),
    good: chat({
      response_format: {
        type: "json_schema",
        json_schema: { name: "year", schema: { type: "object", properties: { year: { type: "integer" } } } },
      },
    }),
    fix: "safe",
  },
  {
    code: "body.maxTokensRefused",
    severity: "error",
    title: "This model takes max_completion_tokens",
    why:
      "OpenAI's reasoning models (o1 and later, gpt-5) refuse `max_tokens`, since reasoning counts too; the field is " +
      "called `max_completion_tokens` (OpenAI API reference, chat completions).",
    bad: openaiChat({ model: "o4-mini", max_tokens: 100 }),
    good: openaiChat({ model: "o4-mini", max_completion_tokens: 100 }),
    fix: "safe",
    target: "openai",
  },
  {
    code: "body.missingModel",
    severity: "error",
    title: "The model is not named",
    why:
      "vLLM would take a request without `model` for the model that it serves. In a batch file the name is what says " +
      "for which model the answers are meant, so it must be there; `--model` of the commands `fix` and `run` can add it.",
    bad: chatWithoutModel({}),
    good: chat({}),
    fix: null,
  },
  {
    code: "body.notOpenai",
    severity: "error",
    title: "OpenAI does not know the field",
    why:
      "OpenAI refuses any field that it does not know, and vLLM's own (`top_k`, `min_p`, `structured_outputs` …) are " +
      "among them. Remove it, or check the file with `--target vllm`.",
    bad: openaiChat({ top_k: 20 }),
    good: openaiChat({}),
    fix: "suggested",
    target: "openai",
  },
  {
    code: "body.range",
    severity: "error",
    title: "A number is out of range",
    why:
      "`temperature` from 0 to 2, `top_p` above 0 up to 1, penalties from -2 to 2, token limits from 1, and so on; lists " +
      `have limits too, such as 4 strings to stop at. ${refuses}`,
    bad: chat({ temperature: 3 }),
    good: chat({ temperature: 1 }),
    fix: null,
  },
  {
    code: "body.regex",
    severity: "error",
    title: "The regular expression is broken",
    why: "A bracket is not closed, a repetition has nothing to repeat, a range is upside down. vLLM answers 400.",
    bad: chat({ structured_outputs: { regex: "[A-Z" } }),
    good: chat({ structured_outputs: { regex: "[A-Z]+" } }),
    fix: null,
    target: "vllm",
  },
  {
    code: "body.required",
    severity: "error",
    title: "Something is missing",
    why:
      "Chats need `messages`, completions `prompt`, embeddings and responses `input`, and what stands in them has parts " +
      `of its own that must be there: the role of a message, the function of a tool. ${refuses}`,
    bad: chat({ messages: [{ content: "Hello" }] }),
    good: chat({ messages: [{ role: "user", content: "Hello" }] }),
    fix: null,
  },
  {
    code: "body.stream",
    severity: "error",
    title: "A batch request asks for a stream",
    why:
      "Streams are for someone who watches. A batch collects whole answers, and vLLM's own run-batch refuses such " +
      "lines. The fix removes `stream`, and the options that go with it.",
    bad: chat({ stream: true }),
    good: chat({}),
    fix: "safe",
  },
  {
    code: "body.structuredOutputs",
    severity: "error",
    title: "structured_outputs must have exactly one constraint",
    why:
      "One of `json`, `regex`, `choice`, `grammar`, `json_object` and `structural_tag`, and no second one. " +
      "`json_object` must be true, and a grammar needs a rule to begin with. vLLM answers 400.",
    bad: chat({ structured_outputs: { regex: "[a-z]+", choice: ["yes", "no"] } }),
    good: chat({ structured_outputs: { choice: ["yes", "no"] } }),
    fix: null,
    target: "vllm",
  },
  {
    code: "body.toolChoice",
    severity: "error",
    title: "The choice of a tool does not work",
    why:
      "`tool_choice` needs `tools`, must be one of the words that are known, and may name only a tool that is among " +
      `them. Chats and responses write a named tool differently. ${refuses}`,
    bad: chat({ tool_choice: "auto" }),
    good: chat({}),
    fix: "safe",
  },
  {
    code: "body.type",
    severity: "error",
    title: "A value has the wrong type",
    why:
      "vLLM converts some values (see body.coerced) and refuses the others: text that is no number, null where a value " +
      `must be, an object where a list is wanted. OpenAI converts nothing. ${refuses}`,
    bad: chat({ max_completion_tokens: "many" }),
    good: chat({ max_completion_tokens: 100 }),
    fix: null,
  },
  {
    code: "body.unsupported",
    severity: "error",
    title: "vLLM always refuses this field",
    why: `It is known, and cannot be used: prompt templates in responses, \`normalize\` in embeddings, \`file\` in audio lines. ${refuses}`,
    bad: response({ prompt: { id: "pmpt_1" } }),
    good: response({}),
    fix: "suggested",
    target: "vllm",
  },
  {
    code: "body.value",
    severity: "error",
    title: "A value is not one of those that are known",
    why: `The field takes only certain words, or text of a certain form. ${refuses}`,
    bad: embedding({ encoding_format: "hex" }),
    good: embedding({ encoding_format: "base64" }),
    fix: null,
  },
];

/** Used by the warnings too. */
export const exampleTool = weather;
