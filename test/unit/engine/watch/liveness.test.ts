import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EngineSample } from "../../../../server/src/engine/watch/engineMetrics.ts";
import { Liveness, type LivenessState } from "../../../../server/src/engine/watch/liveness.ts";

const TICK = 1000;
const HANG = 60_000;

const sample = (at: number, change: Partial<EngineSample> = {}): EngineSample => ({
  at,
  steps: 100,
  promptTokens: 1000,
  generationTokens: 500,
  running: 4,
  waiting: 0,
  kvUsage: 0.1,
  preemptions: 0,
  ...change,
});

/** An engine that is looked at once a second. */
class Watched {
  readonly liveness: Liveness;
  now = 0;

  constructor(hangMs = HANG) {
    this.liveness = new Liveness({ hangMs });
  }

  look(change: Partial<EngineSample> | null, inFlight = 4): LivenessState {
    this.now += TICK;
    return this.liveness.observe(this.now, change === null ? null : sample(this.now, change), inFlight);
  }

  /** Milliseconds until it is in a state, by looks that are all the same. null: not within the time. */
  until(state: LivenessState, change: Partial<EngineSample> | null, inFlight = 4, withinMs = 10 * HANG): number | null {
    const begin = this.now;
    while (this.now - begin < withinMs) if (this.look(change, inFlight) === state) return this.now - begin;
    return null;
  }
}

describe("a hang", () => {
  test.each([60_000, 120_000, 600_000])("is noticed within %d ms and a tenth", (hangMs) => {
    const engine = new Watched(hangMs);
    engine.look({ steps: 99 });
    engine.look({});
    const found = engine.until("hung", {}, 4, 2 * hangMs) ?? 0;
    expect(found).toBeGreaterThanOrEqual(hangMs - TICK);
    expect(found).toBeLessThanOrEqual(hangMs * 1.1);
  });

  test("shows as stalled after 10 s", () => {
    const engine = new Watched();
    engine.look({ steps: 99 });
    engine.look({});
    expect(engine.until("stalled", {})).toBe(10_000);
  });

  test("is there too when the metrics keep old figures that say nothing runs, while ours are unanswered", () => {
    const engine = new Watched();
    engine.look({ running: 0 }, 0);
    expect(engine.until("hung", { running: 0 }, 3)).toBe(HANG + TICK);
  });

  test("is there when only others' requests wait", () => {
    const engine = new Watched();
    engine.look({ running: 0, waiting: 2 }, 0);
    expect(engine.until("hung", { running: 0, waiting: 2 }, 0)).toBe(HANG);
  });

  test("is none while steps move, though no token comes out (a long prompt)", () => {
    const engine = new Watched();
    for (let steps = 1; steps < 200; steps += 1) expect(engine.look({ steps })).toBe("working");
  });

  test("is none while tokens move in a version that counts no steps", () => {
    const engine = new Watched();
    for (let n = 1; n < 200; n += 1) expect(engine.look({ steps: null, generationTokens: n })).toBe("working");
    expect(engine.until("hung", { steps: null, generationTokens: 199 })).not.toBeNull();
  });

  test("is none while requests of ours are answered", () => {
    const engine = new Watched();
    for (let n = 0; n < 200; n += 1) {
      if (n % 5 === 0) engine.liveness.answered(engine.now);
      expect(engine.look({})).toBe("working");
    }
  });

  test("begins with the requests, not with the last step before an idle time", () => {
    const engine = new Watched();
    engine.look({ running: 0 }, 0);
    for (let n = 0; n < 300; n += 1) expect(engine.look({ running: 0 }, 0)).toBe("idle");
    expect(engine.look({ running: 1 }, 1)).toBe("working");
    expect(engine.until("hung", { running: 1 }, 1)).toBe(HANG);
  });

  test("ends when it moves again", () => {
    const engine = new Watched();
    engine.look({});
    engine.until("stalled", {});
    expect(engine.look({ steps: 101 })).toBe("working");
    expect(engine.liveness.flatMs).toBe(0);
  });
});

describe("before the first token", () => {
  test("two and a half times the time is allowed, for what compiles at first", () => {
    const engine = new Watched();
    const fresh = { steps: 0, promptTokens: 0, generationTokens: 0 };
    engine.look(fresh);
    expect(engine.until("stalled", fresh)).toBe(25_000);
    expect(engine.until("hung", fresh)).toBe(2.5 * HANG - 25_000);
  });

  test("and no more once a step was seen", () => {
    const engine = new Watched();
    engine.look({ steps: 0, promptTokens: 0, generationTokens: 0 });
    engine.look({ steps: 1, promptTokens: 0, generationTokens: 0 });
    expect(engine.until("hung", { steps: 1, promptTokens: 0, generationTokens: 0 })).toBe(HANG);
  });
});

describe("metrics that are missed", () => {
  test("one miss at a bad moment is no hang, three are", () => {
    const engine = new Watched();
    engine.look({});
    while (engine.liveness.flatMs < HANG - TICK) engine.look({});
    expect(engine.look(null)).toBe("stalled");
    expect(engine.look(null)).toBe("stalled");
    expect(engine.look(null)).toBe("hung");
  });

  test("a busy engine that misses them all, and answers, works", () => {
    const engine = new Watched();
    engine.look({});
    for (let n = 0; n < 300; n += 1) {
      if (n % 20 === 0) engine.liveness.answered(engine.now);
      expect(engine.look(null)).toBe("working");
    }
  });

  test("without any metrics ever, our answers are all there is", () => {
    const engine = new Watched();
    engine.liveness.answered(0);
    expect(engine.until("stalled", null)).toBe(HANG / 2 + TICK);
    expect(engine.until("hung", null)).toBe(HANG / 2);
  });

  test("and an engine that nobody asks is idle", () => {
    const engine = new Watched();
    expect(engine.until("hung", null, 0)).toBeNull();
  });
});

describe("the canary", () => {
  test("is due when it was idle for a minute, and once at a time", () => {
    const engine = new Watched();
    let due = 0;
    for (let n = 0; n < 59; n += 1) {
      engine.look({ running: 0 }, 0);
      if (engine.liveness.takeCanary()) due += 1;
    }
    expect(due).toBe(0);
    engine.look({ running: 0 }, 0);
    engine.look({ running: 0 }, 0);
    expect(engine.liveness.takeCanary()).toBe(true);
    engine.look({ running: 0 }, 0);
    expect(engine.liveness.takeCanary()).toBe(false);
  });

  test("that is not answered tells of a hang in the set time", () => {
    const engine = idleWithCanaryOut();
    expect(engine.until("hung", { running: 0 }, 0)).toBeLessThanOrEqual(HANG * 1.1);
  });

  test("that is answered makes it idle again, until the next one", () => {
    const engine = idleWithCanaryOut();
    engine.liveness.canaryAnswered(engine.now, true);
    expect(engine.look({ running: 0 }, 0)).toBe("idle");
    expect(engine.liveness.takeCanary()).toBe(false);
    expect(engine.until("hung", { running: 0 }, 0, 50_000)).toBeNull();
  });

  test("that fails counts as unanswered, and is sent again", () => {
    const engine = idleWithCanaryOut();
    engine.look({ running: 0 }, 0);
    engine.liveness.canaryAnswered(engine.now, false);
    expect(engine.liveness.takeCanary()).toBe(false);
    expect(engine.until("stalled", { running: 0 }, 0)).not.toBeNull();
    expect(engine.liveness.takeCanary()).toBe(true);
    expect(engine.until("hung", { running: 0 }, 0)).not.toBeNull();
  });

  test("is due too when there are no metrics and nothing was answered for half of the time", () => {
    const engine = new Watched();
    engine.liveness.answered(0);
    while (engine.liveness.flatMs < HANG / 2) {
      expect(engine.liveness.takeCanary()).toBe(false);
      engine.look(null);
    }
    expect(engine.liveness.takeCanary()).toBe(true);
    engine.liveness.canaryAnswered(engine.now, true);
    expect(engine.look(null)).toBe("working");
  });

  function idleWithCanaryOut(): Watched {
    const engine = new Watched();
    engine.look({ running: 0 }, 0);
    while (!engine.liveness.takeCanary()) engine.look({ running: 0 }, 0);
    return engine;
  }
});

describe("what is no hang", () => {
  test("a machine that was suspended for an hour", () => {
    const engine = new Watched();
    engine.look({});
    engine.look({});
    engine.now += 3_600_000;
    expect(engine.look({})).toBe("working");
  });

  test("but looks that are always far apart still find one", () => {
    const engine = new Watched();
    let state: LivenessState = "working";
    for (let n = 0; n < 10 && state !== "hung"; n += 1) {
      engine.now += 30_000;
      state = engine.look({});
    }
    expect(state).toBe("hung");
  });

  test("counters that go back: somebody restarted it, and all begins anew", () => {
    const engine = new Watched();
    engine.look({});
    engine.until("stalled", {});
    const fresh = { steps: 0, promptTokens: 0, generationTokens: 0 };
    expect(engine.look(fresh)).toBe("working");
    expect(engine.until("hung", fresh)).toBe(2.5 * HANG);
  });
});

test("an engine that moves at least every 9 s is never stalled or hung, whatever it says else", () => {
  const look = fc.record({
    gap: fc.integer({ min: 100, max: 4000 }),
    running: fc.nat(5),
    waiting: fc.nat(5),
    inFlight: fc.nat(5),
    missed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 200 }), (looks) => {
      const liveness = new Liveness({ hangMs: HANG });
      let now = 0;
      let steps = 0;
      for (const [index, { gap, running, waiting, inFlight, missed }] of looks.entries()) {
        now += gap;
        steps += 1;
        const seen = missed && index % 2 === 1 ? null : sample(now, { steps, running, waiting });
        expect(["working", "idle"]).toContain(liveness.observe(now, seen, inFlight));
      }
    }),
  );
});
