import { describe, expect, test } from "vitest";
import { property } from "../../../../server/src/util/unknown.ts";
import { ask, serviceFor } from "./fakeExchange.ts";

const service = serviceFor("--tool-call-parser", "hermes", "--enable-auto-tool-choice");
const good = { model: "tiny", messages: [{ role: "user", content: "hi" }], max_tokens: 4, ignore_eos: true };

function at(value: unknown, ...path: (string | number)[]): unknown {
  let node = value;
  for (const step of path) node = Array.isArray(node) ? (node[Number(step)] as unknown) : property(node, String(step));
  return node;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

const chat = (changes: object, more: Parameters<typeof ask>[4] = {}) =>
  ask(service, "POST", "/v1/chat/completions", { ...good, ...changes }, more);
const said = (changes: object) => at(chat(changes).body, "choices", 0, "message", "content");

describe("chat", () => {
  test("is answered with as many simulated words as were asked for", () => {
    const { status, body } = chat({});
    expect(status).toBe(200);
    expect(String(said({})).split(" ")).toHaveLength(4);
    expect(said({})).toMatch(/^simulated /);
    expect(at(body, "choices", 0, "finish_reason")).toBe("length");
    expect(at(body, "system_fingerprint")).toContain("simulated");
    expect(at(body, "usage", "completion_tokens")).toBe(4);
  });

  test("is the same for the same prompt and seed, and another for another", () => {
    expect(said({})).toBe(said({}));
    expect(said({ seed: 5 })).not.toBe(said({}));
    expect(said({ messages: [{ role: "user", content: "other" }] })).not.toBe(said({}));
  });

  test("ends by itself unless told not to", () => {
    const reasons = Array.from({ length: 40 }, (_, index) => {
      const body = { ...good, ignore_eos: false, max_tokens: 60, seed: index };
      return at(ask(service, "POST", "/v1/chat/completions", body).body, "choices", 0, "finish_reason");
    });
    expect(new Set(reasons)).toEqual(new Set(["stop", "length"]));
  });

  test("ends where the context does", () => {
    const { body } = chat({ max_tokens: 510 });
    expect(at(body, "usage", "total_tokens")).toBe(512);
    expect(at(body, "choices", 0, "finish_reason")).toBe("length");
  });

  test("choices differ", () => {
    const { body } = chat({ n: 2, temperature: 1 });
    expect(at(body, "choices", 0, "message", "content")).not.toBe(at(body, "choices", 1, "message", "content"));
  });

  test("constraints are obeyed", () => {
    expect(["yes", "no"]).toContain(said({ structured_outputs: { choice: ["yes", "no"] } }));
    expect(said({ response_format: { type: "json_object" } })).toBe('{"simulated": true}');
    const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
    expect(said({ response_format: { type: "json_schema", json_schema: { name: "x", schema } } })).toBe('{"ok":true}');
  });

  test("a required tool is called with arguments that fit", () => {
    const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const tools = [{ type: "function", function: { name: "weather", parameters } }];
    const { body } = chat({ tools, tool_choice: "required" });
    expect(at(body, "choices", 0, "finish_reason")).toBe("tool_calls");
    expect(at(body, "choices", 0, "message", "tool_calls", 0, "function")).toEqual({
      name: "weather",
      arguments: '{"city":"simulated"}',
    });
  });

  test("an abort gives half of it and says so", () => {
    const { body } = chat({ max_tokens: 10 }, { effect: { abort: true } });
    expect(at(body, "choices", 0, "finish_reason")).toBe("abort");
    expect(at(body, "usage", "completion_tokens")).toBe(5);
  });

  test("a stream says the same as the whole", () => {
    const { events } = chat({ stream: true, stream_options: { include_usage: true } });
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as unknown);
    const text = chunks.map((chunk) => textOf(at(chunk, "choices", 0, "delta", "content"))).join("");
    expect(text).toBe(said({}));
    expect(events.at(-1)).toBe("[DONE]");
    expect(at(chunks.at(-1), "usage", "completion_tokens")).toBe(4);
  });
});

describe("the others", () => {
  test("completions take texts, ids and lists of both", () => {
    const complete = (prompt: unknown) => ask(service, "POST", "/v1/completions", { prompt, max_tokens: 2 }).body;
    expect(at(complete("a"), "choices")).toHaveLength(1);
    expect(at(complete(["a", "b"]), "choices")).toHaveLength(2);
    expect(at(complete([5, 6]), "choices")).toHaveLength(1);
    // Each id is a token, whatever its text is.
    expect(at(complete([65, 66, 67, 68]), "usage", "prompt_tokens")).toBe(4);
    expect(at(complete([[5], [6]]), "choices")).toHaveLength(2);
    expect(at(complete([1e12]), "error", "message")).toBe("Token id 1000000000000 is out of vocabulary");
  });

  test("responses", () => {
    const { body } = ask(service, "POST", "/v1/responses", { input: "hi", max_output_tokens: 3, ignore_eos: true });
    expect(at(body, "status")).toBe("incomplete");
    expect(at(body, "output", 0, "content", 0, "text")).toMatch(/^simulated/);
  });

  test("tokenize and detokenize are each other's reverse", () => {
    const { body } = ask(service, "POST", "/tokenize", { prompt: "Grüße, 世界" });
    const tokens = at(body, "tokens");
    expect(ask(service, "POST", "/detokenize", { tokens }).body).toEqual({ prompt: "Grüße, 世界" });
  });

  test("a queue with a limit refuses what is too much, and counts it", () => {
    const full = serviceFor("--max-num-queued-reqs", "1");
    const answer = ask(full, "POST", "/v1/completions", { prompt: ["a", "b"], max_tokens: 1 });
    expect(answer.status).toBe(503);
    expect(full.metrics.rejections).toBe(1);
  });

  test("embeddings, scores and ranks agree on what is near", () => {
    const embed = serviceFor("--runner", "pooling", "--convert", "embed");
    const documents = ["a fish", "the red cat sat"];
    const ranked = ask(embed, "POST", "/v1/rerank", { query: "the red cat", documents, top_n: 1 }).body;
    const scored = ask(embed, "POST", "/score", { queries: "the red cat", documents }).body;
    expect(at(ranked, "results", 0, "index")).toBe(1);
    expect(at(ranked, "results")).toHaveLength(1);
    expect(at(ranked, "results", 0, "relevance_score")).toBe(at(scored, "data", 1, "score"));
    expect(at(ask(embed, "POST", "/v1/embeddings", { input: ["a", "b"] }).body, "data")).toHaveLength(2);
  });

  test("a transcription of any file", () => {
    const audio = serviceFor("--sim-transcription");
    const form = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF\r\n--x--';
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const { body } = ask(audio, "POST", "/v1/audio/transcriptions", form, { headers });
    expect(at(body, "text")).toMatch(/^simulated/);
  });

  test("metrics are Prometheus text with the true figures", () => {
    const counted = serviceFor();
    ask(counted, "POST", "/v1/completions", { prompt: "hello", max_tokens: 7, ignore_eos: true });
    const page = String(ask(counted, "GET", "/metrics").body);
    expect(page).toContain('vllm:generation_tokens_total{engine="0",model_name="tiny"} 7.0\n');
    expect(page).toContain('vllm:request_success_total{engine="0",finished_reason="length",model_name="tiny"} 1.0\n');
    expect(page).toContain('vllm:request_generation_tokens_bucket{engine="0",le="10.0",model_name="tiny"} 1.0\n');
    expect(page).toContain('vllm:request_generation_tokens_bucket{engine="0",le="5.0",model_name="tiny"} 0.0\n');
    expect(page).toContain('http_requests_total{handler="/v1/models",method="GET",status="2xx"} 3.0\n');
    expect(page).toMatch(/^# TYPE vllm:iteration_tokens_total histogram$/m);
  });
});
