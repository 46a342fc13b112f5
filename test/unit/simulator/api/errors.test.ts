import { describe, expect, test } from "vitest";
import { ask, serviceFor } from "./fakeExchange.ts";

const service = serviceFor();
const good = { model: "tiny", messages: [{ role: "user", content: "hi" }], max_tokens: 4 };
const chat = (changes: object) => ask(service, "POST", "/v1/chat/completions", { ...good, ...changes });

function refusal(message: string, param: string | null = null) {
  return { status: 400, body: { error: { message, type: "BadRequestError", param, code: 400 } } };
}

function invalid(message: string, param: string | null) {
  return { status: 400, body: { error: { message, type: "Bad Request", param, code: 400 } } };
}

describe("refusals, word for word as vLLM 0.32.0 said them", () => {
  test.each<[object, string, string | null]>([
    [
      { temperature: -1 },
      "temperature must be non-negative, got -1.0. (parameter=temperature, value=-1.0)",
      "temperature",
    ],
    [{ temperature: 3 }, "temperature must be in [0, 2], got 3.0. (parameter=temperature, value=3.0)", "temperature"],
    [{ top_p: 0 }, "top_p must be in (0, 1], got 0.0. (parameter=top_p, value=0.0)", "top_p"],
    [{ top_k: -2 }, "top_k must be 0 (disable), or at least 1, got -2.", null],
    [{ min_p: 2 }, "min_p must be in [0, 1], got 2.0.", null],
    [{ presence_penalty: 3 }, "presence_penalty must be in [-2, 2], got 3.0.", null],
    [{ repetition_penalty: 0 }, "repetition_penalty must be greater than zero, got 0.0.", null],
    [{ max_tokens: 0 }, "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)", "max_tokens"],
    [{ min_tokens: 20 }, "min_tokens must be less than or equal to max_tokens=4, got 20.", null],
    [{ n: 0 }, "n must be at least 1, got 0.", null],
    [{ n: 3, temperature: 0 }, "n must be 1 when using greedy sampling, got 3.", null],
    [{ stop: "" }, "stop cannot contain an empty string.", null],
    [
      { logprobs: true, top_logprobs: 100 },
      "Requested sample logprobs of 100, which is greater than max allowed: 20 (parameter=logprobs, value=100)",
      "logprobs",
    ],
    [
      { top_logprobs: 2 },
      "when using `top_logprobs`, `logprobs` must be set to true. (parameter=top_logprobs)",
      "top_logprobs",
    ],
    [
      { stream_options: { include_usage: true } },
      "Stream options can only be defined when `stream=True`. (parameter=stream_options)",
      "stream_options",
    ],
    [{ tool_choice: "auto" }, "When using `tool_choice`, `tools` must be set. (parameter=tool_choice)", "tool_choice"],
    [
      { max_tokens: 4000 },
      "max_tokens=4000 cannot be greater than max_model_len=512. Please request fewer output tokens. " +
        "(parameter=max_tokens, value=4000)",
      "max_tokens",
    ],
    [{ messages: [] }, "Cannot apply chat template to an empty conversation. Provide at least one message.", null],
    [
      { messages: [{ role: "user", content: "x".repeat(513 * 4) }] },
      "This model's maximum context length is 512 tokens. However, your prompt contains at least 513 input tokens, " +
        "which exceeds this limit even without any output tokens. Please reduce the length of the input prompt. " +
        "(parameter=input_tokens, value=513)",
      "input_tokens",
    ],
    [
      { response_format: { type: "json_schema" } },
      "When response_format type is 'json_schema', the 'json_schema' field must be provided. (parameter=response_format)",
      "response_format",
    ],
  ])("%j", (changes, message, param) => expect(chat(changes)).toMatchObject(refusal(message, param)));

  test.each<[object, string, string]>([
    [
      { max_tokens: "many" },
      "1 validation error:\n  {'type': 'int_parsing', 'loc': 'body.max_tokens', 'msg': 'Input should be a valid integer, " +
        "unable to parse string as an integer', 'input': 'many'}",
      "body.max_tokens",
    ],
    [
      { max_tokens: 1.5 },
      "1 validation error:\n  {'type': 'int_from_float', 'loc': 'body.max_tokens', 'msg': 'Input should be a valid " +
        "integer, got a number with a fractional part', 'input': '1.5'}",
      "body.max_tokens",
    ],
    [
      { reasoning_effort: "heroic" },
      "1 validation error:\n  {'type': 'literal_error', 'loc': 'body.reasoning_effort', 'msg': \"Input should be 'none', " +
        "'minimal', 'low', 'medium', 'high', 'xhigh' or 'max'\", 'input': 'heroic', 'ctx': {'expected': \"'none', " +
        "'minimal', 'low', 'medium', 'high', 'xhigh' or 'max'\"}}",
      "body.reasoning_effort",
    ],
    [
      { messages: "hi" },
      "1 validation error:\n  {'type': 'list_type', 'loc': 'body.messages', 'msg': 'Input should be a valid list', " +
        "'input': 'hi'}",
      "body.messages",
    ],
  ])("%j", (changes, message, param) => expect(chat(changes)).toMatchObject(invalid(message, param)));

  test("an unknown model", () => {
    expect(chat({ model: "gpt-4o" })).toMatchObject({
      status: 404,
      body: {
        error: {
          message: "The model `gpt-4o` does not exist. Valid aliases: tiny.",
          type: "NotFoundError",
          param: "model",
          code: 404,
        },
      },
    });
  });

  test("bodies that are no object", () => {
    const send = (body: string, headers = {}) => ask(service, "POST", "/v1/chat/completions", body, { headers });
    expect(send("")).toMatchObject(
      invalid(
        "1 validation error:\n  {'type': 'missing', 'loc': 'body', 'msg': 'Field required', 'input': 'None'}",
        "body",
      ),
    );
    expect(send('{"model": "tiny", "messages": [')).toMatchObject(
      invalid(
        "1 validation error:\n  {'type': 'json_invalid', 'loc': 'body.31', 'msg': 'JSON decode error', 'input': " +
          "'<dict of 0 items>', 'ctx': {'error': 'Expecting value'}}",
        "body.31",
      ),
    );
    expect(send("{}", { "content-type": "text/plain" })).toMatchObject(
      invalid("1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed", null),
    );
  });

  test("tools without the flags", () => {
    const tools = [{ type: "function", function: { name: "weather" } }];
    expect(chat({ tools })).toMatchObject(
      refusal('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    );
    expect(chat({ tools, tool_choice: "required" })).toMatchObject(
      refusal('tool_choice="required" requires --tool-call-parser to be set'),
    );
  });
});

test("only ten complaints are told, and no more than there are", () => {
  const wrong = Object.fromEntries(
    ["max_tokens", "n", "seed", "top_k", "min_tokens", "priority", "prompt_logprobs", "max_completion_tokens"]
      .concat(["temperature", "top_p", "min_p", "frequency_penalty"])
      .map((key) => [key, "x"]),
  );
  const { body } = chat(wrong);
  expect(JSON.stringify(body)).toContain("12 validation errors:");
  expect(JSON.stringify(body)).toContain("...and 2 more errors");
});
