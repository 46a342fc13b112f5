import { expect, it } from "vitest";
import { endpointRecord } from "../../../../server/src/cli/verbs/endpoints.ts";
import type { FoundServer } from "../../../../server/src/engine/attach/io/findServers.io.ts";

const found: FoundServer = {
  url: "http://127.0.0.1:8000",
  server: "vllm",
  version: "0.32.0",
  models: ["tiny"],
  simulated: false,
  hasMetrics: true,
  slots: null,
};

it.each([
  [{}, "vLLM"],
  [{ simulated: true }, "vLLM simulator"],
  [{ server: "ollama" }, "Ollama"],
  [{ server: "other" }, "OpenAI-compatible"],
] as const)("keeps the words that `endpoints --json` has always had for %j", (differs, kind) => {
  const server = { ...found, ...differs };
  expect(endpointRecord(server)).toEqual({
    url: "http://127.0.0.1:8000",
    server: server.server,
    kind,
    version: "0.32.0",
    models: ["tiny"],
  });
});
