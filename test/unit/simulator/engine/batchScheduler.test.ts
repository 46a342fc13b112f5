import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchScheduler, type SchedulerLimits } from "../../../../server/src/simulator/engine/batchScheduler.ts";
import type { EngineOutcome, EngineRequest } from "../../../../server/src/simulator/engine/engine.ts";
import { EngineMetrics } from "../../../../server/src/simulator/engine/engineMetrics.ts";

const limits: SchedulerLimits = {
  maxNumSeqs: 4,
  maxNumBatchedTokens: 64,
  blockSize: 16,
  blocks: 1000,
  prefixCaching: true,
  decodeMs: 10,
  prefillMsPerToken: 1,
};

function request(promptTokens: number, outputTokens: number, more: Partial<EngineRequest> = {}): EngineRequest {
  return {
    promptTokens,
    outputTokens,
    blockHashes: [],
    finishReason: "length",
    streams: false,
    maxTokens: outputTokens,
    choices: 1,
    ...more,
  };
}

interface End {
  outcome: EngineOutcome;
  generated: number;
  cachedTokens: number;
  atMs: number;
}

/** A scheduler with a clock that the test moves. */
class Bench {
  readonly metrics = new EngineMetrics(4096);
  readonly scheduler: BatchScheduler;
  readonly ends: (End | undefined)[] = [];
  nowMs = 0;

  constructor(changes: Partial<SchedulerLimits> = {}) {
    this.scheduler = new BatchScheduler({ ...limits, ...changes }, this.metrics);
  }

  submit(asked: EngineRequest, seen: number[] = []): () => void {
    const index = this.ends.push(undefined) - 1;
    const listener = {
      onTokens: (tokens: number) => void seen.push(tokens),
      onEnd: (outcome: EngineOutcome, generated: number, cachedTokens: number) => {
        this.ends[index] = { outcome, generated, cachedTokens, atMs: this.nowMs };
      },
    };
    return this.scheduler.submit(asked, listener, this.nowMs);
  }

  /** Lets time pass from event to event, so that ends carry their exact times. */
  runUntil(endMs: number): void {
    for (;;) {
      const next = this.scheduler.nextEventMs;
      if (next === undefined || next > endMs) break;
      this.nowMs = next;
      this.scheduler.advance(next);
    }
    this.nowMs = endMs;
    this.scheduler.advance(endMs);
  }

  /** Until nothing is left to do. */
  finish(): void {
    for (let next = this.scheduler.nextEventMs; next !== undefined; next = this.scheduler.nextEventMs) {
      this.nowMs = next;
      this.scheduler.advance(next);
    }
  }
}

describe("time", () => {
  test("one request takes the reading of its prompt and a step for each token", () => {
    const bench = new Bench();
    bench.submit(request(20, 5));
    bench.finish();
    // The first step reads 20 tokens (10 + 20 ms) and brings the first token out; four more follow.
    expect(bench.ends[0]).toMatchObject({ outcome: "finished", generated: 5, atMs: 70 });
  });

  test("a prompt longer than a step's tokens is read in chunks", () => {
    const bench = new Bench();
    bench.submit(request(150, 1));
    bench.finish();
    expect(bench.ends[0]?.atMs).toBe(3 * 10 + 150);
    expect(bench.metrics.iterationTokens.count).toBe(3);
  });

  test("requests that run together share the steps", () => {
    const bench = new Bench({ prefillMsPerToken: 0 });
    for (let index = 0; index < 4; index++) bench.submit(request(1, 10));
    bench.finish();
    // The first one's first step began alone; the others joined at its end.
    expect(bench.ends.map((end) => end?.atMs)).toEqual([100, 110, 110, 110]);
  });

  test("whoever finds no seat waits for the first that leaves", () => {
    const bench = new Bench({ maxNumSeqs: 1, prefillMsPerToken: 0 });
    bench.submit(request(1, 3));
    bench.submit(request(1, 2));
    expect(bench.scheduler.gauges()).toMatchObject({ running: 1, waiting: 1 });
    bench.finish();
    expect(bench.ends.map((end) => end?.atMs)).toEqual([30, 50]);
  });

  test("one that arrives in the middle of a step joins at its end", () => {
    const bench = new Bench({ prefillMsPerToken: 0 });
    bench.submit(request(1, 100));
    bench.runUntil(42);
    bench.submit(request(1, 1));
    bench.finish();
    expect(bench.ends[1]?.atMs).toBe(60);
    expect(bench.ends[0]?.atMs).toBe(1000);
  });

  test("a request that only reads ends with its prompt and generates nothing", () => {
    const bench = new Bench();
    bench.submit(request(30, 0));
    bench.finish();
    expect(bench.ends[0]).toMatchObject({ generated: 0, atMs: 40 });
    expect(bench.metrics.generationTokens).toBe(0);
    expect(bench.metrics.promptTokens).toBe(30);
  });

  test("a streaming request hears of each step", () => {
    const bench = new Bench();
    const seen: number[] = [];
    bench.submit(request(4, 4, { streams: true }), seen);
    bench.finish();
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});

describe("metrics", () => {
  test("tokens count while a request runs, not only at its end", () => {
    const bench = new Bench({ prefillMsPerToken: 0 });
    bench.submit(request(8, 1000));
    bench.scheduler.advance(505);
    expect(bench.metrics.generationTokens).toBe(50);
    expect(bench.metrics.iterationTokens.count).toBe(50);
    expect(bench.metrics.success.length).toBe(0);
  });

  test("an abort frees seat and blocks and is counted", () => {
    const bench = new Bench({ maxNumSeqs: 1 });
    const abort = bench.submit(request(32, 1000));
    bench.submit(request(1, 1));
    bench.runUntil(100);
    expect(bench.scheduler.gauges().kvUsage).toBeGreaterThan(0);
    abort();
    bench.finish();
    expect(bench.metrics.success).toMatchObject({ abort: 1, length: 1 });
    expect(bench.ends[0]).toBeUndefined();
    // The one that waited joined at the end of the step that was under way.
    expect(bench.ends[1]?.atMs).toBe(113);
    expect(bench.scheduler.gauges()).toEqual({ running: 0, waiting: 0, kvUsage: 0 });
  });

  test("the end of all reaches everybody, running or waiting", () => {
    const bench = new Bench({ maxNumSeqs: 1 });
    bench.submit(request(1, 50));
    bench.submit(request(1, 50));
    bench.scheduler.endAll("dead");
    expect(bench.ends.map((end) => end?.outcome)).toEqual(["dead", "dead"]);
    expect(bench.scheduler.nextEventMs).toBeUndefined();
  });
});

describe("KV blocks", () => {
  test("an equal beginning is found in the cache, but never the whole prompt", () => {
    const bench = new Bench({ decodeMs: 10 });
    const prompt = request(48, 1, { blockHashes: [1, 2, 3] });
    bench.submit(prompt);
    bench.finish();
    bench.submit(prompt);
    bench.finish();
    expect(bench.ends.map((end) => end?.cachedTokens)).toEqual([0, 32]);
    expect(bench.metrics.prefixQueries).toBe(96);
    expect(bench.metrics.prefixHits).toBe(32);
    // 16 tokens read instead of 48.
    expect((bench.ends[1]?.atMs ?? 0) - (bench.ends[0]?.atMs ?? 0)).toBe(26);
  });

  test("without prefix caching nothing is found and nothing is asked", () => {
    const bench = new Bench({ prefixCaching: false });
    for (let index = 0; index < 2; index++) {
      bench.submit(request(48, 1, { blockHashes: [1, 2, 3] }));
      bench.finish();
    }
    expect(bench.metrics).toMatchObject({ prefixQueries: 0, prefixHits: 0 });
  });

  test("when the blocks run out the youngest is put back, and both end", () => {
    const bench = new Bench({ blocks: 6, prefillMsPerToken: 0 });
    bench.submit(request(16, 64));
    bench.submit(request(16, 64));
    bench.finish();
    // Once: it comes in again only when there is room for all of it.
    expect(bench.metrics.preemptions).toBe(1);
    expect(bench.metrics.iterationTokens.sum).toBe(32 + 128);
    expect(bench.ends.map((end) => end?.generated)).toEqual([64, 64]);
    expect(bench.scheduler.gauges().kvUsage).toBe(0);
    expect(bench.metrics.generationTokens).toBe(128);
    expect(bench.metrics.promptTokens).toBe(32);
  });
});

const arrivals = fc.array(
  fc.record({
    gapMs: fc.integer({ min: 0, max: 200 }),
    promptTokens: fc.integer({ min: 1, max: 100 }),
    outputTokens: fc.integer({ min: 1, max: 60 }),
    prefix: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 25 },
);

function play(
  list: readonly { gapMs: number; promptTokens: number; outputTokens: number; prefix: number }[],
  looksMs: number,
) {
  const bench = new Bench({ blocks: 14, maxNumSeqs: 3 });
  for (const { gapMs, promptTokens, outputTokens, prefix } of list) {
    const untilMs = bench.nowMs + gapMs;
    for (let look = bench.nowMs + looksMs; look < untilMs; look += looksMs) bench.runUntil(look);
    bench.runUntil(untilMs);
    const full = Math.floor(promptTokens / limits.blockSize);
    const blockHashes = Array.from({ length: full }, (_, block) => prefix * 100 + block);
    bench.submit(request(promptTokens, outputTokens, { blockHashes }));
  }
  bench.finish();
  return bench;
}

test("everybody ends with all tokens, the pool is empty again, and looking does not change what happens", () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 37 }), (list, looksMs) => {
      const calm = play(list, Infinity);
      const watched = play(list, looksMs);
      expect(calm.ends.map((end) => end?.generated)).toEqual(list.map((one) => one.outputTokens));
      expect(calm.scheduler.gauges()).toEqual({ running: 0, waiting: 0, kvUsage: 0 });
      expect(calm.metrics.generationTokens).toBe(list.reduce((sum, one) => sum + one.outputTokens, 0));
      expect(calm.metrics.promptTokens).toBe(list.reduce((sum, one) => sum + one.promptTokens, 0));
      const times = (bench: Bench) => bench.ends.map((end) => Math.round((end?.atMs ?? -1) * 1000));
      expect(times(watched)).toEqual(times(calm));
      expect(watched.metrics.iterationTokens.counts).toEqual(calm.metrics.iterationTokens.counts);
      expect(watched.metrics.preemptions).toBe(calm.metrics.preemptions);
      expect(watched.metrics.prefixHits).toBe(calm.metrics.prefixHits);
    }),
    { numRuns: 300 },
  );
});

test("ten thousand log-normal answers keep 64 seats busy at little cost", () => {
  const bench = new Bench({ maxNumSeqs: 64, maxNumBatchedTokens: 8192, blocks: 100_000, prefillMsPerToken: 0 });
  const lengths = Array.from({ length: 10_000 }, (_, index) => 20 + ((index * 7919) % 181));
  for (const length of lengths) bench.submit(request(10, length));
  bench.finish();
  const idealMs = (lengths.reduce((sum, length) => sum + length, 0) / 64) * limits.decodeMs;
  expect(bench.nowMs / idealMs).toBeLessThan(1.01);
});
