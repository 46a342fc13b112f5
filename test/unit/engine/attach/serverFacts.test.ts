import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { identifyServer } from "../../../../server/src/engine/attach/io/identifyServer.io.ts";
import { judgeServer, serverTitle } from "../../../../server/src/engine/attach/serverFacts.ts";
import { EngineHttp } from "../../../../server/src/engine/http/engineHttp.io.ts";
import { parseModelList } from "../../../../server/src/engine/start/modelList.ts";

const list = (owner: string | null, id = "m", more: object = {}) => ({
  object: "list",
  data: [{ id, object: "model", ...(owner === null ? {} : { owned_by: owner }), ...more }],
});
const lmStudio = { data: [{ id: "m", type: "llm", compatibility_type: "gguf", state: "not-loaded" }] };
/** What LM Studio says with 200 to a path that it does not have. */
const anything = { error: "Unexpected endpoint or method. (GET /version)" };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Asks a stand-in that answers these paths, and others with 404. A string is sent as it is. */
async function identify(answers: Readonly<Record<string, unknown>>, status = 200, timeoutMs = 5_000) {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""] ?? answers["*"];
    if (answer === "silence") return;
    response.statusCode = answer === undefined ? 404 : status;
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new EngineHttp({ url, socketPath: null }, null);
  cleanups.push(() => http.close());
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return await identifyServer(http, timeoutMs);
}

describe("what answers at an address (stand-ins with the documented shapes)", () => {
  it.each([
    ["vLLM", { "/v1/models": list("vllm"), "/version": { version: "0.32.0" } }, { server: "vllm", version: "0.32.0" }],
    ["vLLM behind a gateway that hides /version", { "/v1/models": list("vllm") }, { server: "vllm", version: null }],
    [
      "an old vLLM whose list says no owner",
      { "/v1/models": list(null), "/version": { version: "0.4.0" } },
      { server: "vllm" },
    ],
    [
      "Ollama",
      { "/v1/models": list("library", "llama3.2:latest"), "/api/version": { version: "0.13.5" } },
      { server: "ollama", version: "0.13.5", models: ["llama3.2:latest"] },
    ],
    [
      "Ollama without a model",
      { "/v1/models": { object: "list", data: [] }, "/api/version": { version: "0.9.1" } },
      { server: "ollama", models: [] },
    ],
    [
      "LM Studio, which answers 200 to anything",
      { "/v1/models": list("organization_owner"), "/api/v0/models": lmStudio, "*": anything },
      { server: "lmstudio", version: null, hasMetrics: false },
    ],
    [
      "llama.cpp",
      {
        "/v1/models": list("llamacpp", "m.gguf", { aliases: ["m.gguf", "short"] }),
        "/props": { total_slots: 4, build_info: "b11434-abc" },
      },
      { server: "llamacpp", version: "b11434-abc", slots: 4, models: ["m.gguf", "short"] },
    ],
    [
      "llama.cpp with other names for Ollama's clients",
      { "/v1/models": list("llamacpp"), "/api/tags": { models: [] }, "/api/version": { version: "0.1" } },
      { server: "llamacpp", slots: null },
    ],
    ["somebody else", { "/v1/models": list("me") }, { server: "other", version: null }],
    [
      "somebody with nonsense everywhere",
      { "/v1/models": list("me"), "*": "<html>" },
      { server: "other", version: null, slots: null },
    ],
    [
      "somebody who answers 200 to anything, without LM Studio's fields",
      { "/v1/models": list("me"), "*": anything },
      { server: "other" },
    ],
    [
      "somebody whose list of that name has other fields",
      { "/v1/models": list("me"), "/api/v0/models": list("me") },
      { server: "other" },
    ],
    [
      "a llama.cpp that counts no slots",
      { "/v1/models": list("llamacpp"), "/props": { total_slots: 0 } },
      { slots: null },
    ],
    [
      "a llama.cpp that counts half slots",
      { "/v1/models": list("llamacpp"), "/props": { total_slots: 1.5 } },
      { slots: null },
    ],
    [
      "a version longer than a line",
      { "/v1/models": list(null), "/version": { version: "1".repeat(5_000) } },
      { version: "1".repeat(100) },
    ],
    ["a server without a list", { "/version": { version: "0.32.0" } }, { server: "vllm", models: null }],
    [
      "a simulator",
      { "/v1/models": list("vllm"), "/version": { version: "0.32.0+simulated" } },
      { server: "vllm", simulated: true },
    ],
    [
      "a simulator by a field of its own",
      { "/v1/models": list("vllm"), "/version": { version: "1", simulated: true } },
      { simulated: true },
    ],
  ])("is known: %s", async (_name, answers, expected) => {
    expect(await identify(answers)).toMatchObject({ simulated: false, ...expected });
  });

  it("has metrics only where they are vLLM's", async () => {
    const vllms = 'vllm:num_requests_running{engine="0"} 0\nvllm:num_requests_waiting{engine="0"} 0\n';
    expect(await identify({ "/v1/models": list("vllm"), "/metrics": vllms })).toMatchObject({ hasMetrics: true });
    const llamas = "llamacpp:requests_processing 0\n";
    expect(await identify({ "/v1/models": list("llamacpp"), "/metrics": llamas })).toMatchObject({ hasMetrics: false });
  });

  it.each([401, 403, 500, 503])("that refuses with %i is told so", async (status) => {
    const found = await identify({ "/v1/models": { error: "no" } }, status);
    expect(found).toMatchObject({ reached: true, reply: { statusCode: status, text: '{"error":"no"}' } });
  });

  it("waits no longer than it was told, for a list or for anything else", async () => {
    expect(await identify({ "*": "silence" }, 200, 100)).toEqual({ reached: false, why: "no answer in 0.1 s" });
    expect(await identify({ "/v1/models": list(null), "*": "silence" }, 200, 100)).toMatchObject({ server: "other" });
  });

  it("says why when nobody is there", async () => {
    const http = new EngineHttp({ url: "http://127.0.0.1:1", socketPath: null }, null);
    cleanups.push(() => http.close());
    expect(await identifyServer(http, 1000)).toEqual({ reached: false, why: "nobody listens there (ECONNREFUSED)" });
  });

  it("takes no answer without an end", async () => {
    expect(await identify({ "*": " ".repeat(17 << 20) })).toEqual({ reached: false, why: "its answer does not end" });
  });
});

it("takes a version without what moves a cursor", () => {
  const none = { models: [], ollamaVersion: undefined, lmStudioModels: undefined, props: undefined };
  expect(judgeServer({ ...none, version: { version: "0.32\u001b.0\n" } }).version).toBe("0.32.0");
  expect(judgeServer({ ...none, version: { version: "\u0000" } }).server).toBe("other");
});

it("judges any answers at all, without throwing", () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constant(undefined),
    fc.dictionary(fc.constantFrom("version", "data", "total_slots", "build_info"), fc.jsonValue()),
  );
  fc.assert(
    fc.property(odd, odd, odd, odd, odd, (models, version, ollamaVersion, lmStudioModels, props) => {
      const listed = parseModelList(models === undefined ? "" : JSON.stringify(models)) ?? [];
      const { version: told, slots } = judgeServer({ models: listed, version, ollamaVersion, lmStudioModels, props });
      expect(told === null || (told.length > 0 && told.length <= 100)).toBe(true);
      expect(slots === null || slots > 0).toBe(true);
    }),
  );
});

it.each([
  [{ server: "vllm", simulated: true, version: "0.32.0+simulated" }, "vLLM simulator 0.32.0+simulated"],
  [{ server: "lmstudio", simulated: false, version: null }, "LM Studio"],
  [{ server: "other", simulated: false, version: null }, "OpenAI-compatible server"],
] as const)("calls %j %s", (facts, title) => {
  expect(serverTitle(facts)).toBe(title);
});
