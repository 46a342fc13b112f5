import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { identifyServer } from "../../server/src/engine/attach/io/identifyServer.io.ts";
import { EngineHttp } from "../../server/src/engine/http/engineHttp.io.ts";
import { llamaCpp, startLlamaCpp } from "../support/realLlamaCpp.ts";
import { answeredIds, strangers } from "../support/realRun/answers.ts";
import { answeredLines, startProduct } from "../support/realRun/product.ts";
import { generateRequests, type MadeRequest, toLines } from "../support/realRun/requests.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "real-attach-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function prepare(name: string, requests: readonly MadeRequest[]) {
  const input = path.join(folder, `${name}.jsonl`);
  await writeFile(input, toLines(requests));
  return { input, run: path.join(folder, `${name}-run`), ids: requests.map((made) => made.custom_id).toSorted() };
}

async function linesOf(file: string): Promise<unknown[]> {
  const text = await readFile(file, "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

const chat = (id: string, content: string, more: object = {}): MadeRequest => ({
  custom_id: id,
  method: "POST",
  url: "/v1/chat/completions",
  body: { model: "tiny", messages: [{ role: "user", content }], max_tokens: 8, ...more },
});

const reason = typeof llamaCpp === "string" ? ` (skipped: ${llamaCpp.replaceAll(/\s+/g, " ")})` : "";

describe.skipIf(reason !== "")(`a run on a real llama.cpp that was just there${reason}`, () => {
  it("knows what it is, what it serves and how much at once", async () => {
    const server = await startLlamaCpp({ slots: 3 });
    const http = new EngineHttp({ url: server.url, socketPath: null }, null);
    onTestFinished(() => http.close());
    expect(await identifyServer(http, 5_000)).toMatchObject({
      server: "llamacpp",
      models: ["tiny"],
      slots: 3,
      simulated: false,
      hasMetrics: false,
    });
  });

  it("answers all of three endpoints, though the server is killed half way and comes back", async () => {
    const server = await startLlamaCpp();
    const prepared = await prepare("killed", generateRequests(900, "tiny"));
    const run = startProduct(
      "run",
      prepared.input,
      "--endpoint",
      server.url,
      "--out",
      prepared.run,
      "--max-attempts",
      "1",
    );
    await waitFor("a third of the answers", async () => (await answeredLines(prepared.run)) >= 300, {
      timeoutMs: 120_000,
    });
    await server.kill();
    expect(run.isOver()).toBe(false);
    await startLlamaCpp({ port: server.port });
    expect(await run.done()).toMatchObject({ status: "completed", completed: 900, failed: 0, engineRestarts: 1 });
    expect((await answeredIds(prepared.run)).toSorted()).toEqual(prepared.ids);
    expect(await strangers(prepared.run)).toEqual([]);
    expect(JSON.parse(await readFile(path.join(prepared.run, "run.json"), "utf8"))).toMatchObject({
      engine: { kind: "attached", server: "llamacpp", models: ["tiny"] },
    });
  });

  it("gives up at once what it cannot answer, and says why", async () => {
    const server = await startLlamaCpp();
    const requests = [
      chat("good", "Hello"),
      chat("long", "x".repeat(400)),
      { custom_id: "score", method: "POST", url: "/v1/score", body: { model: "tiny", text_1: "a", text_2: "b" } },
      { custom_id: "embed", method: "POST", url: "/v1/embeddings", body: { model: "tiny", input: "a" } },
    ] as const;
    const { input, run } = await prepare("impossible", requests);
    await startProduct("run", input, "--endpoint", server.url, "--out", run, "--fail-under", "0").done();
    const failed = (await linesOf(path.join(run, "errors.jsonl"))) as { custom_id: string; error: object }[];
    expect(Object.fromEntries(failed.map(({ custom_id: id, error }) => [id, error]))).toEqual({
      long: expect.objectContaining({
        code: "run.http400",
        attempts: 1,
        message: expect.stringContaining("exceeds the available context size (256 tokens)"),
      }),
      score: expect.objectContaining({
        code: "run.noEndpoint",
        attempts: 1,
        message: "llama.cpp has no /v1/score (404: File Not Found).",
      }),
      embed: expect.objectContaining({
        code: "run.http501",
        attempts: 1,
        message: expect.stringContaining("--embeddings"),
      }),
    });
    expect(await answeredIds(run)).toEqual(["good"]);
  });

  it("is refused for another model, which this server would answer all the same", async () => {
    const server = await startLlamaCpp({ name: "short-name" });
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(chat("", "Hello", { model: "any/thing" }).body),
    });
    expect(answer.status).toBe(200);
    const { input, run } = await prepare("stranger", [chat("1", "Hello", { model: "short-name" }), chat("2", "Hello")]);
    const args = [programPath, "run", input, "--endpoint", server.url, "--out", run];
    const { exitCode, stderr } = await execa(process.execPath, args, { reject: false, stdin: "ignore" });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('does not serve "tiny". It serves "short-name". llama.cpp would answer all the same');
    const summary = await startProduct(
      "run",
      input,
      "--endpoint",
      server.url,
      "--out",
      run,
      "--model",
      "short-name",
    ).done();
    expect(summary).toMatchObject({ status: "completed", completed: 2 });
  });
});
