import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { readMetric } from "../../bench/support/simulator.ts";
import { ensureEngine } from "../../scripts/engine/install.ts";
import { describeReal, type RealEngine, useRealEngine } from "../support/realEngine.ts";
import { answeredIds, strangers } from "../support/realRun/answers.ts";
import { startIdleCloseProxy } from "../support/realRun/idleCloseProxy.ts";
import { answeredLines, type ProductProcess, startProduct } from "../support/realRun/product.ts";
import { generateRequests, type MadeRequest, poolingRequests, toLines } from "../support/realRun/requests.ts";
import { waitFor } from "../../scripts/waitFor.ts";

const requestCount = 500;
const inFlight = 32;
const checker = path.resolve(import.meta.dirname, "../support/realRun/checkOutputLines.py");

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "real-run-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a batch file into the test's folder and gives its path and that of its run. */
async function prepare(name: string, requests: readonly MadeRequest[]) {
  const input = path.join(folder, `${name}.jsonl`);
  await writeFile(input, toLines(requests));
  return { input, run: path.join(folder, `${name}-run`), ids: requests.map((made) => made.custom_id).toSorted() };
}

/** Starts a run in which one failed attempt is one too many: what is not the request's fault must not cost any. */
function startRun(prepared: { input: string; run: string }, url: string, ...options: readonly string[]) {
  const own = ["--endpoint", url, "--out", prepared.run, "--in-flight", String(inFlight), "--max-attempts", "1"];
  return startProduct("run", prepared.input, ...own, ...options);
}

/** Waits until so many answers are on disk; a run that is over before that is an error. */
async function untilAnswered(run: ProductProcess, runFolder: string, count: number): Promise<void> {
  const enough = async () => {
    if (run.isOver()) throw new Error(`The run was over before: ${JSON.stringify(await run.done())}`);
    return (await answeredLines(runFolder)) >= count;
  };
  await waitFor(`${count} answers`, enough, { timeoutMs: 120_000 });
}

/** All of them are answered, each once, each by its own answer. */
async function expectWhole(prepared: { run: string; ids: readonly string[] }): Promise<void> {
  expect((await answeredIds(prepared.run)).toSorted()).toEqual(prepared.ids);
  expect(await strangers(prepared.run)).toEqual([]);
  expect(await readFile(path.join(prepared.run, "errors.jsonl"), "utf8")).toBe("");
}

/** vLLM's own models take every line of the output file. */
async function expectAccepted(prepared: { input: string; run: string }, urls: Readonly<Record<string, number>>) {
  const { python } = await ensureEngine();
  const { stdout } = await execa(python, [checker, prepared.input, path.join(prepared.run, "output.jsonl")]);
  expect(JSON.parse(stdout)).toEqual({ accepted: urls, refused: [] });
}

async function finishedRequests(engine: RealEngine): Promise<number> {
  return readMetric(await (await fetch(`${engine.url}/metrics`)).text(), "vllm:request_success_total");
}

describeReal("a run on a real vLLM that generates", () => {
  const shared = useRealEngine({ flags: { "max-num-seqs": 32 } });

  it("answers every endpoint, though the runner is killed half way and resumed", async () => {
    const prepared = await prepare("killed", generateRequests(requestCount, "tiny"));
    const finishedBefore = await finishedRequests(shared.engine);
    const first = startRun(prepared, shared.engine.url);
    await untilAnswered(first, prepared.run, requestCount / 2);
    await first.kill();
    const summary = await startProduct("resume", prepared.run).done();
    expect(summary).toMatchObject({ status: "completed", total: requestCount, completed: requestCount, failed: 0 });
    await expectWhole(prepared);
    // Only what was in flight at the kill was asked a second time.
    const finished = (await finishedRequests(shared.engine)) - finishedBefore;
    expect(finished).toBeGreaterThanOrEqual(requestCount);
    expect(finished).toBeLessThanOrEqual(requestCount + inFlight);
    await expectAccepted(prepared, { "/v1/chat/completions": 167, "/v1/completions": 167, "/v1/responses": 166 });
  });

  it("sends again, at no cost, what the server closed an idle connection on", async () => {
    const prepared = await prepare("idle", generateRequests(100, "tiny"));
    const proxy = await startIdleCloseProxy(shared.engine.port, 8);
    const summary = await startRun(prepared, proxy.url).done();
    await proxy.close();
    expect(proxy.races).toBe(8);
    expect(summary).toMatchObject({ status: "completed", completed: 100, failed: 0 });
    await expectWhole(prepared);
  });

  it("notices a hang by the deadline of a request, and goes on when the engine does", async () => {
    const prepared = await prepare("hung", generateRequests(requestCount, "tiny"));
    const run = startRun(prepared, shared.engine.url, "--request-timeout", "10");
    await untilAnswered(run, prepared.run, requestCount / 4);
    await shared.engine.signal("VLLM::EngineCore", "SIGSTOP");
    onTestFinished(async () => {
      await shared.engine.signal("VLLM::EngineCore", "SIGCONT");
    });
    const events = path.join(prepared.run, "events.jsonl");
    await waitFor("the hang to be noticed", async () => (await readFile(events, "utf8")).includes("the engine hangs"), {
      timeoutMs: 60_000,
    });
    // Which is why nobody can tell by this.
    expect((await fetch(`${shared.engine.url}/health`)).status).toBe(200);
    expect(await answeredLines(prepared.run)).toBeLessThan(requestCount);
    await shared.engine.signal("VLLM::EngineCore", "SIGCONT");
    expect(await run.done()).toMatchObject({ status: "completed", completed: requestCount, failed: 0 });
    await expectWhole(prepared);
  });

  it("burns nothing when the engine dies, and goes on with a new one on the same URL", async () => {
    const prepared = await prepare("crashed", generateRequests(requestCount, "tiny"));
    const run = startRun(prepared, shared.engine.url);
    await untilAnswered(run, prepared.run, requestCount / 4);
    await shared.engine.signal("VLLM::EngineCore", "SIGKILL");
    // Success, as far as its exit code goes.
    expect(await shared.engine.exited).toEqual({ code: 0, signal: null });
    const answered = await answeredLines(prepared.run);
    expect(answered).toBeLessThan(requestCount);
    await shared.restart();
    const summary = await run.done();
    expect(summary).toMatchObject({ status: "completed", completed: requestCount, failed: 0, engineRestarts: 1 });
    await expectWhole(prepared);
    // The new engine answered what the old one had not.
    expect(await finishedRequests(shared.engine)).toBe(requestCount - answered);
  });
});

describeReal("a run on a real vLLM that embeds", () => {
  const shared = useRealEngine({ flags: { runner: "pooling", convert: "embed" } });

  it("answers every endpoint of pooling", async () => {
    const prepared = await prepare("pooling", poolingRequests(120, "tiny"));
    const summary = await startRun(prepared, shared.engine.url).done();
    expect(summary).toMatchObject({ status: "completed", total: 120, completed: 120, failed: 0, completionTokens: 0 });
    await expectWhole(prepared);
    const each = { "/v1/embeddings": 20, "/v1/score": 20, "/score": 20, "/v1/rerank": 20, "/rerank": 20 };
    await expectAccepted(prepared, { ...each, "/v2/rerank": 20 });
  });
});
