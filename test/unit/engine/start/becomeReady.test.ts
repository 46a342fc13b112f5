import { describe, expect, test } from "vitest";
import { becomeReady, type StartOutcome } from "../../../../server/src/engine/start/becomeReady.ts";
import { parseModelList } from "../../../../server/src/engine/start/modelList.ts";
import type { ExitFacts } from "../../../../server/src/protocol/engine.ts";
import { startOfVersion013 } from "../../../support/engine/startLogs.ts";
import { TestClock } from "../../../support/run/testClock.ts";

const READY = "INFO:     Application startup complete.";
const models = JSON.stringify({ data: [{ id: "tiny", max_model_len: 512 }, { id: "other" }, 7] });

/** An engine that says and answers what the test wants. */
class PlayedStart {
  readonly clock = new TestClock();
  readonly asked: string[] = [];
  readonly phases: string[] = [];
  health: { statusCode: number; text: string } | string = { statusCode: 200, text: "" };
  models: { statusCode: number; text: string } | string = { statusCode: 200, text: models };
  outcome: StartOutcome | undefined;
  readonly abort = new AbortController();
  readonly listeners = new Set<(line: string) => void>();
  #exit: (facts: ExitFacts) => void = () => undefined;

  constructor(startTimeoutMs = 60_000) {
    const watch = {
      process: {
        listen: (listener: (line: string) => void) => {
          this.listeners.add(listener);
          return () => this.listeners.delete(listener);
        },
        exited: new Promise<ExitFacts>((resolve) => (this.#exit = resolve)),
      },
      ask: (path: string) => {
        this.asked.push(path);
        return Promise.resolve(path === "/health" ? this.health : this.models);
      },
      expectedModel: "tiny",
      startTimeoutMs,
      clock: this.clock,
      onProgress: ({ phase }: { phase: string }) => this.phases.push(phase),
      signal: this.abort.signal,
    };
    void becomeReady(watch).then((outcome) => (this.outcome = outcome));
  }

  say(line: string): void {
    for (const listener of this.listeners) listener(line);
  }

  exit(): void {
    this.#exit({ code: 1, signal: null });
  }

  /** Time goes by, and everything that follows from it happens. */
  async pass(ms: number, stepMs = 100): Promise<StartOutcome | undefined> {
    for (let passed = 0; passed <= ms && this.outcome === undefined; passed += stepMs) {
      this.clock.advance(passed === 0 ? 0 : stepMs);
      // The promises of a look are a handful; none of them waits for anything.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
    return this.outcome;
  }
}

describe("an engine that starts", () => {
  test("is ready when its log, its health and its list of models say so", async () => {
    const start = new PlayedStart();
    for (const line of startOfVersion013) start.say(line);
    expect(await start.pass(1_000)).toMatchObject({ ok: true, capacity: { kvCacheTokens: 162_704, maxModelLen: 512 } });
    expect(start.phases.at(-1)).toBe("serving");
    expect(start.listeners.size).toBe(0);
  });

  test.each([
    ["its log does not say so", { line: "" }],
    ["its health is not good", { health: { statusCode: 503, text: "" } }],
    ["it does not answer", { health: "connect ECONNREFUSED" }],
    ["the list of models is refused", { models: { statusCode: 401, text: models } }],
    ["it lists another model", { models: { statusCode: 200, text: models.replace("tiny", "tiny2") } }],
    ["the list is none", { models: { statusCode: 200, text: '"tiny"' } }],
  ])("is not ready while %s", async (_, change) => {
    const start = new PlayedStart();
    if ("health" in change) start.health = change.health;
    if ("models" in change) start.models = change.models;
    start.say("line" in change ? "Fetching 4 files:   0%|          | 0/4 [00:00<?, ?it/s]" : READY);
    expect(await start.pass(50_000)).toBeUndefined();
    start.health = { statusCode: 200, text: "" };
    start.models = { statusCode: 200, text: models };
    start.say(READY);
    expect(await start.pass(1_000)).toMatchObject({ ok: true });
  });

  test("is not asked before its log says that it listens", async () => {
    const start = new PlayedStart();
    await start.pass(10_000);
    expect(start.asked).toEqual([]);
  });

  test("is ready without that line, where uvicorn was told to be quiet, once it has answered for 5 s", async () => {
    const start = new PlayedStart();
    start.say("INFO 11-21 12:00:16 [api_server.py:1099] Starting vLLM server on http://127.0.0.1:8000");
    expect(await start.pass(4_000)).toBeUndefined();
    expect(await start.pass(2_000)).toMatchObject({ ok: true });
  });

  test("is given up when it exits, with what was measured", async () => {
    const start = new PlayedStart();
    start.say("INFO 11-21 12:00:16 [gpu_worker.py:1] Available KV cache memory: 0.02 GiB");
    start.exit();
    expect(await start.pass(1_000)).toMatchObject({ ok: false, why: "exited", capacity: { kvCacheGiB: 0.02 } });
  });

  test("is given up when it is no longer wanted, also before it began", async () => {
    const start = new PlayedStart();
    start.abort.abort();
    expect(await start.pass(0)).toMatchObject({ ok: false, why: "stopped" });
    const never = await becomeReady({
      process: { listen: () => () => undefined, exited: new Promise(() => undefined) },
      ask: () => Promise.resolve("no"),
      expectedModel: "tiny",
      startTimeoutMs: 1_000,
      clock: new TestClock(),
      onProgress: () => undefined,
      signal: AbortSignal.abort(),
    });
    expect(never).toMatchObject({ ok: false, why: "stopped" });
  });

  test("is given up when it gets no further for so long", async () => {
    const start = new PlayedStart(10_000);
    expect(await start.pass(9_900)).toBeUndefined();
    expect(await start.pass(200)).toMatchObject({ ok: false, why: "deadline" });
  });

  test("gets that time anew with each sign of progress, but not by what only repeats", async () => {
    const start = new PlayedStart(10_000);
    const shard = (done: number) =>
      `Loading safetensors checkpoint shards: ${done}% Completed | ${done}/100 [00:01<00:01]`;
    for (let done = 1; done <= 5; done++) {
      start.say(shard(done));
      expect(await start.pass(8_000)).toBeUndefined();
    }
    start.say(shard(5));
    start.say(
      "INFO 11-21 12:01:00 [shm_broadcast.py:681] No available shared memory broadcast block found in 60 seconds.",
    );
    expect(await start.pass(2_500)).toMatchObject({ ok: false, why: "deadline" });
  });

  test("does not get more than twelve times of it", async () => {
    const start = new PlayedStart(10_000);
    let done = 0;
    while (start.outcome === undefined && done < 1_000) {
      start.say(`Loading safetensors checkpoint shards: 1% Completed | ${done++}/10000 [00:01<00:01]`);
      await start.pass(1_000, 500);
    }
    expect(start.outcome).toMatchObject({ ok: false, why: "deadline" });
    expect(start.clock.now()).toBeGreaterThanOrEqual(120_000);
    expect(start.clock.now()).toBeLessThan(122_000);
  });
});

test("a list of models is read without what moves a cursor, with names and a number of them that can be shown", () => {
  const list = (...data: object[]) => parseModelList(JSON.stringify({ data })) ?? [];
  expect(list({ id: "\u001b[2Jtiny\u202e", aliases: ["ti\u0000ny", "\u001b[2Jtiny"] })).toMatchObject([
    { id: "[2Jtiny", aliases: ["tiny"] },
  ]);
  expect(list({ id: "x".repeat(5_000) })[0]?.id).toHaveLength(200);
  expect(list(...Array.from({ length: 5_000 }, (_, index) => ({ id: `m${index}` })))).toHaveLength(1_000);
  const aliases = Array.from({ length: 5_000 }, (_, index) => `a${index}`);
  const [first, second, ...more] = list({ id: "one" }, { id: "two", aliases }, { id: "three" });
  expect([first?.aliases.length, second?.aliases.length, more.length]).toEqual([0, 998, 0]);
});

test("a list of models is read, whatever else is in it", () => {
  expect(parseModelList(models)).toEqual([
    { id: "tiny", aliases: [], maxModelLen: 512, ownedBy: null },
    { id: "other", aliases: [], maxModelLen: null, ownedBy: null },
  ]);
  expect(["", "[]", "{}", '{"data":{}}', "null"].map(parseModelList)).toEqual([null, null, null, null, null]);
});
