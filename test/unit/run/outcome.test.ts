import { describe, expect, it } from "vitest";
import { classify, retryAfterMs, type Outcome } from "../../../server/src/run/outcome.ts";
import type { ServerKind } from "../../../server/src/protocol/engine.ts";
import type { SendFailure } from "../../../server/src/run/sendResult.ts";

const chat = (finishReason: unknown) =>
  JSON.stringify({
    choices: [{ message: { content: "yes" }, finish_reason: finishReason }],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  });
const vllmError = (message: string, param: string | null = null) =>
  JSON.stringify({ error: { message, type: "BadRequestError", param, code: 400 } });

function answer(statusCode: number, text: string, url = "/v1/chat/completions", retryAfter?: string): Outcome {
  const context = {
    url,
    server: "vllm" as const,
    servedModels: new Set(["tiny"]),
    wallTimeMs: Date.UTC(2026, 10, 21),
    answeredBefore: false,
  };
  return classify({ kind: "answer", statusCode, text, retryAfter }, context);
}

/** The same from a server of another kind, which served `llama3.2:latest` at the start. */
function other(server: ServerKind, statusCode: number, text: string, url = "/v1/chat/completions"): Outcome {
  const context = { url, server, servedModels: new Set(["llama3.2:latest"]), wallTimeMs: 0, answeredBefore: false };
  return classify({ kind: "answer", statusCode, text, retryAfter: undefined }, context);
}

function failure(kind: SendFailure["failure"]): Outcome {
  const context = {
    url: "/v1/chat/completions",
    server: "vllm" as const,
    servedModels: null,
    wallTimeMs: 0,
    answeredBefore: false,
  };
  return classify({ kind: "failure", failure: kind, message: "what happened" }, context);
}

describe("an answer of 200", () => {
  it.each(["stop", "length", "tool_calls", "repetition"])("is a result with finish_reason %s", (reason) => {
    expect(answer(200, chat(reason))).toEqual({
      kind: "done",
      statusCode: 200,
      text: chat(reason),
      isJson: true,
      usage: { promptTokens: 3, completionTokens: 2 },
    });
  });

  it("is what a dying engine gives with finish_reason abort", () => {
    expect(answer(200, chat("abort"))).toMatchObject({ kind: "engineAway", crash: true });
  });

  it.each([
    ["finish_reason null", chat(null)],
    ["finish_reason missing", chat(undefined)],
    ["finish_reason error", chat("error")],
    ["no choices", JSON.stringify({ choices: [] })],
    ["choices missing", JSON.stringify({ id: "x" })],
    ["an error inside", vllmError("no")],
    ["no JSON", "<html>"],
    ["JSON that was cut", chat("stop").slice(0, -5)],
    ["JSON that is no object", "[]"],
    ["one of two choices aborted in another way", JSON.stringify({ choices: [{ finish_reason: "stop" }, {}] })],
  ])("is no result: %s", (_name, text) => {
    expect(answer(200, text).kind).toBe("retry");
  });

  it.each([
    ["/v1/completions", { choices: [{ text: "a", finish_reason: "length" }] }],
    ["/v1/responses", { status: "completed", output: [], usage: { input_tokens: 1, output_tokens: 2 } }],
    ["/v1/responses", { status: "incomplete", output: [] }],
    ["/v1/embeddings", { data: [{ embedding: [0.5] }] }],
    ["/v1/score", { data: [] }],
    ["/rerank", { results: [] }],
    ["/v1/audio/transcriptions", { text: "" }],
  ])("is a result of %s: %j", (url, body) => {
    expect(answer(200, JSON.stringify(body), url).kind).toBe("done");
  });

  it.each([
    ["/v1/responses", { status: "failed" }],
    ["/v1/responses", { status: "in_progress" }],
    ["/v1/embeddings", { choices: [] }],
    ["/v2/rerank", { data: [] }],
    ["/v1/audio/translations", {}],
  ])("is no result of %s: %j", (url, body) => {
    expect(answer(200, JSON.stringify(body), url).kind).toBe("retry");
  });

  it("may be a transcript in plain text, and only there", () => {
    expect(answer(200, "1\n00:00 --> 00:01\nHello", "/v1/audio/transcriptions")).toMatchObject({
      kind: "done",
      isJson: false,
    });
    expect(answer(200, "", "/v1/audio/transcriptions").kind).toBe("retry");
  });

  it("counts the tokens of the Responses API", () => {
    const body = JSON.stringify({ status: "completed", usage: { input_tokens: 5, output_tokens: 7 } });
    expect(answer(200, body, "/v1/responses")).toMatchObject({ usage: { promptTokens: 5, completionTokens: 7 } });
  });
});

describe("another status", () => {
  it.each([400, 403, 405, 413, 415, 422, 501, 302])("%i is the last word", (status) => {
    const outcome = answer(status, vllmError("temperature must be non-negative"));
    expect(outcome).toEqual({
      kind: "permanent",
      code: `run.http${status}`,
      message: "temperature must be non-negative",
      statusCode: status,
    });
  });

  it.each([408, 409, 425, 500, 504, 599])("%i may pass", (status) => {
    expect(answer(status, vllmError("Internal server error")).kind).toBe("retry");
  });

  it.each([502, 503])("%i means that the engine is away, and blames no request", (status) => {
    expect(answer(status, vllmError("no"))).toMatchObject({ kind: "engineAway", crash: false });
  });

  it.each([
    [
      "vLLM's words for a dead engine",
      vllmError("EngineCore encountered an issue. See stack trace (above) for the root cause."),
    ],
    ["an older vLLM's", '{"object":"error","message":"EngineDeadError","type":"x","param":null,"code":500}'],
    ["an empty body (before 0.11)", ""],
  ])("500 with %s means that the engine died", (_name, text) => {
    expect(answer(500, text)).toMatchObject({ kind: "engineAway", crash: true });
  });

  it("401 means that the engine answers nobody", () => {
    expect(answer(401, '{"error":"Unauthorized"}')).toEqual({
      kind: "engineAway",
      cause: "the engine refuses our key (401: Unauthorized)",
      crash: false,
      down: false,
    });
  });

  it("404 is the last word for a model that was never served", () => {
    const text = vllmError("The model `gpt-4` does not exist.", "model");
    expect(answer(404, text)).toMatchObject({ kind: "permanent", code: "run.http404" });
  });

  it("404 means another engine for a model that was served before", () => {
    expect(answer(404, vllmError("The model `tiny` does not exist.", "model"))).toMatchObject({
      kind: "engineAway",
      crash: false,
    });
  });

  it("429 waits as long as it says", () => {
    expect(answer(429, vllmError("slow down"), "/v1/chat/completions", "7")).toEqual({
      kind: "busy",
      cause: "429: slow down",
      retryAfterMs: 7000,
    });
    expect(answer(429, "")).toMatchObject({ kind: "busy", retryAfterMs: null });
  });
});

it.each([
  ["refused", { kind: "engineAway", crash: false, down: true }],
  ["reset", { kind: "reset" }],
  ["cut", { kind: "engineAway", crash: true }],
  ["deadline", { kind: "late" }],
  ["tooLarge", { kind: "permanent", code: "run.answerTooLarge" }],
  ["local", { kind: "crowded" }],
  ["media", { kind: "mediaAway" }],
  ["badMedia", { kind: "permanent", code: "run.media" }],
] as const)("a failure: %s", (kind, outcome) => {
  expect(failure(kind)).toMatchObject(outcome);
});

it.each([
  ["3", 3000],
  [" 0.5 ", 500],
  ["Sat, 21 Nov 2026 00:00:09 GMT", 9000],
  ["Sat, 21 Nov 2026 00:00:00 GMT", 0],
  ["Fri, 20 Nov 2026 00:00:00 GMT", 0],
  ["86400", 600_000],
  ["soon", null],
  ["", null],
  [undefined, null],
])("Retry-After %s is %s ms", (value, ms) => {
  expect(retryAfterMs(value, Date.UTC(2026, 10, 21))).toBe(ms);
});

describe("other servers, by what they say (Ollama's source of August 2026; llama.cpp b11549, seen; LM Studio's bug tracker)", () => {
  const ollamaError = (message: string) =>
    JSON.stringify({ error: { message, type: "api_error", param: null, code: null } });

  it.each([
    ["ollama", 404, "404 page not found", "/v1/score", "Ollama has no /v1/score (404: 404 page not found)."],
    [
      "llamacpp",
      404,
      '{"error":{"message":"File Not Found","type":"not_found_error","code":404}}',
      "/v2/rerank",
      "llama.cpp has no /v2/rerank (404: File Not Found).",
    ],
    [
      "lmstudio",
      200,
      '{"error":"Unexpected endpoint or method. (POST /v1/score)"}',
      "/v1/score",
      "LM Studio has no /v1/score (200: Unexpected endpoint or method. (POST /v1/score)).",
    ],
    [
      "vllm",
      404,
      '{"detail":"Not Found"}',
      "/v1/embeddings",
      "vLLM has no /v1/embeddings with the model that it runs (404: Not Found).",
    ],
    [
      "other",
      405,
      '{"detail":"Method Not Allowed"}',
      "/v1/score",
      "This server has no /v1/score (405: Method Not Allowed).",
    ],
  ] as const)("%s has no such path: %i %s", (server, status, text, url, message) => {
    expect(other(server, status, text, url)).toEqual({
      kind: "permanent",
      code: "run.noEndpoint",
      message,
      statusCode: status,
    });
  });

  it("a good answer that talks of unexpected endpoints is a good answer", () => {
    const text = chat("stop").replace("yes", "Unexpected endpoint or method");
    expect(other("lmstudio", 200, text).kind).toBe("done");
  });

  it("llama.cpp was not started for this: not tried again", () => {
    const text =
      '{"error":{"code":501,"message":"This server does not support embeddings. Start it with `--embeddings`","type":"not_supported_error"}}';
    expect(other("llamacpp", 501, text, "/v1/embeddings")).toMatchObject({ kind: "permanent", code: "run.http501" });
  });

  it("llama.cpp's context is too small for the request: not tried again", () => {
    const text =
      '{"error":{"code":400,"message":"request (604 tokens) exceeds the available context size (256 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":604,"n_ctx":256}}';
    expect(other("llamacpp", 400, text)).toMatchObject({
      kind: "permanent",
      message: expect.stringContaining("604 tokens"),
    });
  });

  it("llama.cpp still loads: blames no request", () => {
    const text = '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}';
    expect(other("llamacpp", 503, text)).toMatchObject({ kind: "engineAway", cause: "503: Loading model" });
  });

  it("Ollama's queue is full: it wants less, and is not away", () => {
    const text = ollamaError("server busy, please try again.  maximum pending requests exceeded");
    expect(other("ollama", 503, text)).toMatchObject({ kind: "busy", retryAfterMs: null });
    expect(other("ollama", 503, '{"error":"server busy, please try again"}')).toMatchObject({ kind: "busy" });
  });

  it("Ollama never had the model: not tried again. It had it at the start: somebody removed it, or is in its place", () => {
    const said = (name: string) => ollamaError(`model "${name}" not found, try pulling it first`);
    expect(other("ollama", 404, said("mistral"))).toMatchObject({ kind: "permanent", code: "run.http404" });
    expect(other("ollama", 404, said("llama3.2:latest"))).toMatchObject({ kind: "engineAway", crash: false });
    expect(other("ollama", 404, '{"error":"model \'llama3.2:latest\' not found"}')).toMatchObject({
      kind: "engineAway",
    });
  });

  it("LM Studio has unloaded its model: blames no request", () => {
    const text = ollamaError(
      "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
    );
    for (const status of [400, 404]) expect(other("lmstudio", status, text)).toMatchObject({ kind: "engineAway" });
  });
});
