import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startRun } from "../../../../server/src/run/io/startRun.io.ts";
import { resumeRun, retryRun } from "../../../../server/src/run/io/resumeRun.io.ts";
import { defaultRunOptions } from "../../../../server/src/run/startOptions.ts";
import { EngineClient } from "../../../../server/src/run/io/engineClient.io.ts";
import { contactEngine } from "../../../../server/src/run/io/contact.io.ts";
import { type ForeignServer, ollamaError, startLmStudio, startOllama } from "../../../support/run/foreignServers.ts";
import { requestLine, RunFixture } from "../../../support/run/runFixture.ts";

const qwen = "Qwen/Qwen2.5-7B-Instruct";
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function fixture(): RunFixture {
  const made = new RunFixture();
  cleanups.push(() => made.remove());
  return made;
}

async function use(starting: Promise<ForeignServer>): Promise<ForeignServer> {
  const server = await starting;
  cleanups.push(() => server.stop());
  return server;
}

const missing = { status: 404, body: ollamaError("gone") };
const line = (id: string, url: string, body: object): string =>
  JSON.stringify({ custom_id: id, method: "POST", url, body });
const attached = (url: string, mapModels: boolean) =>
  ({ engine: { kind: "attached", url, apiKeyEnv: null, mapModels } }) as const;
const manifestOf = (run: RunFixture): unknown => JSON.parse(readFileSync(path.join(run.folder, "run.json"), "utf8"));

describe("a run on a stand-in for Ollama", () => {
  it("is refused when the file has Hugging Face's name, with the way to go on", async () => {
    const server = await use(startOllama(["qwen2.5:7b-instruct", "llama3.2:latest"]));
    const run = fixture().write(3, { model: qwen });
    await expect(startRun(run.options(server.url), run.world())).rejects.toThrow(
      `"${qwen}" is "qwen2.5:7b-instruct". To have that name sent: --map-models`,
    );
    expect(server.asked).toEqual([]);
  });

  it("sends Ollama's name when told to, says so, keeps it, and goes on with it after a stop", async () => {
    const server = await use(startOllama(["qwen2.5:7b-instruct", "llama3.2:latest"]));
    const lines = [1, 2, 3, 4].map((index) => requestLine(index, { model: index < 3 ? qwen : "llama3.2" }));
    const run = fixture().writeLines(lines);
    const first = await startRun(run.options(server.url, { inFlight: 1 }, attached(server.url, true)), run.world());
    first.stop();
    await first.done;
    expect(run.said[0]).toMatch(/^"Qwen\/Qwen2.5-7B-Instruct" is sent as "qwen2.5:7b-instruct"\. .*4-bit/);
    expect(manifestOf(run)).toMatchObject({
      overrides: { models: { [qwen]: "qwen2.5:7b-instruct" } },
      engine: { kind: "attached", server: "ollama", version: "0.13.5" },
    });
    const asked = { folder: run.folder, engine: null, keepEngine: false, overrides: {}, fork: false };
    const { summary } = await (await resumeRun(asked, run.world())).done;
    expect(summary).toMatchObject({ status: "completed", completed: 4, failed: 0 });
    expect(new Set(server.asked)).toEqual(new Set(["qwen2.5:7b-instruct", "llama3.2"]));
  });

  it("sends Ollama's name to no other server that goes on with the run, by retry or fork", async () => {
    const server = await use(startOllama(["qwen2.5:7b-instruct"], (asked) => (asked > 1 ? missing : null)));
    const other = await use(startLmStudio([qwen]));
    const run = fixture().write(2, { model: qwen });
    const first = await startRun(run.options(server.url, { inFlight: 1 }, attached(server.url, true)), run.world());
    expect((await first.done).summary).toMatchObject({ completed: 1, failed: 1 });
    const { engine } = attached(other.url, false);
    const forked = { folder: run.folder, engine, keepEngine: false, overrides: { seed: 1 }, fork: true };
    expect((await (await resumeRun(forked, run.world())).done).summary).toMatchObject({ completed: 2, failed: 0 });
    const again = { folder: run.folder, only: [], engine, keepEngine: false };
    expect((await (await retryRun(again, run.world())).done).summary).toMatchObject({ completed: 2, failed: 0 });
    expect(other.asked).toEqual([qwen, qwen, qwen]);
    expect(manifestOf(run)).not.toHaveProperty("overrides.models");
  });

  it("sends less while its queue is full, and loses nothing by it", async () => {
    const busy = {
      status: 503,
      body: ollamaError("server busy, please try again.  maximum pending requests exceeded"),
    };
    const server = await use(startOllama(["tiny:latest"], (asked) => (asked <= 10 ? busy : null)));
    const run = fixture().write(30);
    const { summary } = await (await startRun(run.options(server.url, { maxAttempts: 1 }), run.world())).done;
    expect(summary).toMatchObject({ status: "completed", completed: 30, failed: 0, engineRestarts: 0 });
  });

  it("asks once for what Ollama has not, and once for a model that is missing", async () => {
    const server = await use(startOllama(["tiny:latest"]));
    const run = fixture().writeLines([
      requestLine(1),
      requestLine(2, { model: "mistral" }),
      line("score", "/v1/score", { model: "tiny", text_1: "a", text_2: "b" }),
    ]);
    const { summary } = await (await startRun(run.options(server.url), run.world())).done;
    expect(summary).toMatchObject({ completed: 1, failed: 2 });
    expect(server.asked).toHaveLength(3);
    expect(run.said.join()).toContain('does not serve "mistral"');
    expect(run.lines("errors.jsonl")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          custom_id: "score",
          error: expect.objectContaining({
            code: "run.noEndpoint",
            attempts: 1,
            message: "Ollama has no /v1/score (404: 404 page not found).",
          }),
        }),
        expect.objectContaining({
          custom_id: "id-2",
          error: expect.objectContaining({
            code: "run.http404",
            attempts: 1,
            message: 'model "mistral" not found, try pulling it first',
          }),
        }),
      ]),
    );
  });
});

describe("a run on a stand-in for LM Studio", () => {
  it("is refused for a model that would be answered by another", async () => {
    const server = await use(startLmStudio(["tiny"]));
    const run = fixture().writeLines([requestLine(1), requestLine(2, { model: "other" })]);
    await expect(startRun(run.options(server.url), run.world())).rejects.toThrow("LM Studio would answer all the same");
    expect(server.asked).toEqual([]);
  });

  it("takes its 200 for a path that it has not for what it is", async () => {
    const server = await use(startLmStudio(["tiny"]));
    const run = fixture().writeLines([
      requestLine(1),
      line("r", "/v1/rerank", { model: "tiny", query: "a", documents: ["b"] }),
    ]);
    const { summary } = await (await startRun(run.options(server.url), run.world())).done;
    expect(summary).toMatchObject({ completed: 1, failed: 1 });
    expect(server.asked).toHaveLength(2);
    expect(run.lines("errors.jsonl")).toEqual([
      expect.objectContaining({ error: expect.objectContaining({ code: "run.noEndpoint", attempts: 1 }) }),
    ]);
  });

  it("blames no request while no model is loaded", async () => {
    const nothing = { status: 404, body: ollamaError("No models loaded. Please load a model in the developer page.") };
    const server = await use(startLmStudio(["tiny"], (asked) => (asked <= 3 ? nothing : null)));
    const run = fixture().write(10);
    const { summary } = await (await startRun(run.options(server.url, { maxAttempts: 1 }), run.world())).done;
    expect(summary).toMatchObject({ status: "completed", completed: 10, failed: 0 });
  });
});

describe("an engine that answers 503 (a stand-in with llama.cpp's words)", () => {
  async function contact(message: string, times: number) {
    let asked = 0;
    const server = createServer((request, response) => {
      if (request.url === "/v1/models") asked += 1;
      const ready = asked > times;
      response.statusCode = ready ? 200 : 503;
      response.end(
        JSON.stringify(ready ? { data: [{ id: "tiny", owned_by: "llamacpp" }] } : { error: { message, code: 503 } }),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => void server.close());
    const run = fixture();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const engine = {
      kind: "attached",
      url,
      apiKeyEnv: null,
      version: null,
      models: null,
      simulated: false,
      timeline: null,
    } as const;
    const manifest = {
      models: ["tiny"],
      overrides: {},
      options: { ...defaultRunOptions, giveUpAfterMs: 60_000 },
      engine: { ...engine },
    };
    const found = contactEngine({ kind: "attached", url, apiKeyEnv: null }, manifest, 0, run.world());
    return { run, found };
  }

  it("is waited for as long as a run waits, when it says that it loads", async () => {
    const { run, found } = await contact("Loading model", 2);
    const { facts, client } = await found;
    expect(facts).toMatchObject({ server: "llamacpp", models: ["tiny"] });
    expect(run.said).toEqual([
      expect.stringMatching(/^Waiting for the engine at .*: it answers 503: Loading model\.$/),
    ]);
    await client.close();
  });

  it("is not waited for longer than any other, when it says something else", async () => {
    const { found } = await contact("no backend", 2);
    await expect(found).rejects.toThrow(/cannot be used: it answers 503: no backend\./);
  });
});

it("asks a server that has moved at its new place", async () => {
  const [one, other] = [await use(startOllama(["a:latest"])), await use(startLmStudio(["b"]))];
  const client = new EngineClient({ url: one.url, socketPath: null }, null);
  cleanups.push(() => client.close());
  expect(await client.identify()).toMatchObject({ server: "ollama", models: ["a:latest"] });
  client.moveTo({ url: other.url, socketPath: null });
  expect(await client.identify()).toMatchObject({ server: "lmstudio", models: ["b"] });
  expect(await client.health(["b"])).toBeNull();
  expect(await client.health(["a:latest"])).toContain("does not serve a:latest");
});

it("finds its model in a list whose names are cut", async () => {
  const long = `/models/${"x".repeat(300)}`;
  const server = await use(startOllama([long]));
  const client = new EngineClient({ url: server.url, socketPath: null }, null);
  cleanups.push(() => client.close());
  expect(await client.health([long])).toBeNull();
});
