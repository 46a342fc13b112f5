import { describe, expect, it } from "vitest";
import { FakeRun, refused, reset, status, whole, type Behaviour } from "../../support/run/fakeRun.ts";
import type { SendResult } from "../../../server/src/run/sendResult.ts";

const always =
  (afterMs: number): Behaviour =>
  () => ({ result: whole, afterMs });
const lines = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("a run on an engine that is well", () => {
  it("answers all, with as many in flight as may be and never more", async () => {
    const run = await new FakeRun({ requests: 100, inFlight: 8, engine: always(100) }).pass(5000);
    expect(run.end).toEqual({ kind: "finished" });
    expect(run.answeredLines()).toEqual(lines(100));
    expect(Math.max(...run.sent.map(({ inFlight }) => inFlight))).toBe(8);
    expect(run.sent.at(-1)?.at).toBeLessThan(1400);
  });

  it("ends at once when there is nothing to do", async () => {
    const run = await new FakeRun({ requests: 0, inFlight: 8, engine: always(1) }).pass(50);
    expect(run.end).toEqual({ kind: "finished" });
  });

  it("sends nothing while results cannot be written, and goes on after", async () => {
    const run = new FakeRun({ requests: 20, inFlight: 4, engine: always(100) });
    run.blocked = true;
    await run.pass(1000);
    expect(run.sent).toHaveLength(4);
    run.blocked = false;
    run.dispatcher.pump();
    await run.pass(5000);
    expect(run.answeredLines()).toEqual(lines(20));
  });

  it("drains: what is in flight is answered, nothing else goes out", async () => {
    const run = new FakeRun({ requests: 20, inFlight: 4, engine: always(100) });
    await run.pass(50);
    run.dispatcher.drain();
    await run.pass(1000);
    expect(run.end).toEqual({ kind: "stopped" });
    expect(run.answeredLines()).toEqual([1, 2, 3, 4]);
  });

  it("stops: what is in flight is dropped at once, and late answers count for nothing", async () => {
    const run = new FakeRun({ requests: 20, inFlight: 4, engine: always(100) });
    await run.pass(50);
    run.dispatcher.stop();
    expect(run.aborted).toEqual([1, 2, 3, 4]);
    await run.pass(1000);
    run.clock.advance(1000);
    expect(run.end).toEqual({ kind: "stopped" });
    expect(run.answered).toEqual([]);
    expect(run.failed).toEqual([]);
    expect(run.events).toEqual([]);
  });
});

describe("requests that fail", () => {
  it("are given up at once where the engine's word is the last", async () => {
    const engine: Behaviour = ({ line }) => ({ result: line === 2 ? status(400, "bad top_p") : whole, afterMs: 10 });
    const run = await new FakeRun({ requests: 3, inFlight: 2, engine }).pass(1000);
    expect(run.end).toEqual({ kind: "finished" });
    expect(run.failed).toMatchObject([
      {
        request: { line: 2 },
        error: { code: "run.http400", message: "bad top_p", line: 2, attempts: 1, causes: ["bad top_p"] },
        answer: { statusCode: 400 },
      },
    ]);
  });

  it("are tried again with growing pauses, and given up after the last try", async () => {
    const engine: Behaviour = ({ line }) => ({ result: line === 1 ? status(500, "oops") : whole, afterMs: 10 });
    const run = await new FakeRun({ requests: 2, inFlight: 2, engine }).pass(60_000);
    const tries = run.sent.filter(({ line }) => line === 1).map(({ at }) => at);
    const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    expect(tries).toHaveLength(5);
    for (const [index, least] of [500, 1000, 2000, 4000].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(least);
      expect(pauses[index]).toBeLessThan(least + 150);
    }
    expect(run.failed).toMatchObject([{ error: { code: "run.attempts", attempts: 5 }, answer: null }]);
    expect(run.failed[0]?.error.causes).toHaveLength(5);
    expect(run.dispatcher.retried).toBe(1);
  });

  it("succeed at the second try, and are then answered once", async () => {
    const engine: Behaviour = ({ sends }) => ({ result: sends === 1 ? status(500, "oops") : whole, afterMs: 10 });
    const run = await new FakeRun({ requests: 5, inFlight: 5, engine }).pass(60_000);
    expect(run.answeredLines()).toEqual(lines(5));
    expect(run.failed).toEqual([]);
  });

  it("wait as long as a 429 says, without spending an attempt, for as long as it takes", async () => {
    const engine: Behaviour = (_request, now) => ({
      result: now < 60_000 ? status(429, "slow down", "3") : whole,
      afterMs: 10,
    });
    const run = await new FakeRun({ requests: 2, inFlight: 2, engine }).pass(200_000);
    const tries = run.sent.filter(({ line }) => line === 1).map(({ at }) => at);
    for (const [index, at] of tries.slice(1).entries()) expect(at - (tries[index] ?? 0)).toBeGreaterThanOrEqual(3000);
    expect(run.answered.map(({ request }) => request.attempts)).toEqual([0, 0]);
  });

  it("are sent again at once when an idle connection broke, without spending an attempt", async () => {
    const engine: Behaviour = ({ sends }) => ({ result: sends === 1 ? reset : whole, afterMs: 0 });
    const run = await new FakeRun({ requests: 4, inFlight: 4, engine }).pass(1000);
    expect(run.answered.map(({ request }) => request.attempts)).toEqual([0, 0, 0, 0]);
    expect(run.sent.every(({ at }) => at === 0)).toBe(true);
    expect(run.dispatcher.gate.episode).toBe(0);
  });
});

describe("a proxy's words for a path that is not there", () => {
  const gone: SendResult = { kind: "answer", statusCode: 404, retryAfter: undefined, text: "404 page not found\n" };

  it("mean that the engine is away once there was a result: all are answered when it is back", async () => {
    const engine: Behaviour = (_request, now) => ({ result: now > 100 && now < 60_000 ? gone : whole, afterMs: 90 });
    const health = (now: number) => (now > 100 && now < 60_000 ? "nobody" : null);
    const run = await new FakeRun({ requests: 20, inFlight: 4, engine, health }).pass(200_000);
    expect(run.failed).toEqual([]);
    expect(run.answeredLines()).toEqual(lines(20));
    expect(run.answered.every(({ request }) => request.attempts === 0)).toBe(true);
  });

  it("are the last word before any", async () => {
    const engine: Behaviour = () => ({ result: gone, afterMs: 10 });
    const run = await new FakeRun({ requests: 3, inFlight: 2, engine }).pass(1_000);
    expect(run.failed).toHaveLength(3);
    expect(run.failed[0]?.error).toMatchObject({ code: "run.noEndpoint", attempts: 1 });
  });
});

it("waits, and sends less at a time, when this machine can open no more connections", async () => {
  const engine: Behaviour = ({ sends }) => ({
    result: sends === 1 ? { kind: "failure", failure: "local", message: "EMFILE" } : whole,
    afterMs: 1,
  });
  const run = await new FakeRun({ requests: 10, inFlight: 5, engine }).pass(20_000);
  expect(run.answered.map(({ request }) => request.attempts)).toEqual(Array.from({ length: 10 }, () => 0));
});

describe("an engine that goes away", () => {
  const outage =
    (from: number, to: number, result = status(503, "unavailable")): Behaviour =>
    (_request, now) => ({ result: now >= from && now < to ? result : whole, afterMs: 100 });

  it.each([5_000, 30_000])(
    "costs nothing but its %i ms of 503, though its health says that all is well",
    async (ms) => {
      const engine = outage(1000, 1000 + ms);
      const run = await new FakeRun({ requests: 1000, inFlight: 64, engine }).pass(120_000);
      expect(run.answeredLines()).toEqual(lines(1000));
      expect(run.failed).toEqual([]);
      expect(run.answered.every(({ request }) => request.attempts === 0)).toBe(true);
      const floor = 1600;
      expect(run.clock.now()).toBeLessThanOrEqual(1500 + 1.1 * (floor + ms));
      // It is asked about once a second, not bombarded.
      expect(run.sent.length - 1000).toBeLessThan(64 + 64 + ms / 1000 + 10);
    },
  );

  it("is waited for while it is down, and all is sent again when it is back", async () => {
    const engine = outage(1000, 8000, refused);
    const health = (now: number) => (now >= 1000 && now < 8000 ? "nobody listens" : null);
    const run = await new FakeRun({ requests: 500, inFlight: 16, engine, health }).pass(60_000);
    expect(run.answeredLines()).toEqual(lines(500));
    expect(run.sent.filter(({ at }) => at > 1200 && at < 8000)).toEqual([]);
    expect(run.dispatcher.gate.restarts).toBe(1);
    expect(run.answered.every(({ request }) => request.attempts === 0 && request.deaths === 0)).toBe(true);
  });

  it("ends the run, to be resumed, when it stays away for too long", async () => {
    const run = new FakeRun({
      requests: 100,
      inFlight: 4,
      engine: outage(1000, Number.POSITIVE_INFINITY, refused),
      health: (now) => (now >= 1000 ? "nobody listens there" : null),
      giveUpAfterMs: 20_000,
    });
    await run.pass(120_000);
    expect(run.end).toEqual({
      kind: "engineFailed",
      reason: "It answered nothing for 20 s: nobody listens there.",
    });
    expect(run.clock.now()).toBeLessThan(23_000);
    expect(run.failed).toEqual([]);
  });

  it("ends the run when 429 is all that it ever says", async () => {
    const engine: Behaviour = () => ({ result: status(429, "no"), afterMs: 10 });
    const run = await new FakeRun({ requests: 10, inFlight: 4, engine, giveUpAfterMs: 20_000 }).pass(120_000);
    const reason = "It answered nothing for 20 s: it answers 429 (too many requests) to everything.";
    expect(run.end).toEqual({ kind: "engineFailed", reason });
    expect(run.failed).toEqual([]);
  });

  it("says what it heard last, when time is up while a request is on its way to an engine that says it is well", async () => {
    const engine: Behaviour = () => ({ result: status(503, "scaling"), afterMs: 900 });
    const run = await new FakeRun({ requests: 10, inFlight: 4, engine, giveUpAfterMs: 500 }).pass(20_000);
    const reason = "It answered nothing for 1 s: 503: scaling.";
    expect(run.end).toEqual({ kind: "engineFailed", reason });
  });

  it("burns nothing when it fails everything: one request goes ahead of the others", async () => {
    const engine: Behaviour = (_request, now) => ({
      result: now > 500 && now < 60_000 ? status(500, "CUDA error") : whole,
      afterMs: 100,
    });
    const run = await new FakeRun({ requests: 2000, inFlight: 64, engine, giveUpAfterMs: 300_000 }).pass(200_000);
    expect(run.failed).toEqual([]);
    expect(run.answeredLines()).toEqual(lines(2000));
    expect(run.sent.filter(({ at }) => at > 10_000 && at < 60_000).length).toBeLessThan(60);
  });

  it("is noticed by the deadline when it hangs, at the price of no attempt", async () => {
    const engine: Behaviour = (_request, now) => (now >= 1000 && now < 20_000 ? null : { result: whole, afterMs: 100 });
    const run = await new FakeRun({ requests: 300, inFlight: 16, engine, requestTimeoutMs: 4000 }).pass(120_000);
    expect(run.answeredLines()).toEqual(lines(300));
    expect(run.answered.every(({ request }) => request.attempts === 0)).toBe(true);
    // After the first deadline only one request at a time is risked.
    const risked = run.sent.filter(({ at }) => at > 6000 && at < 20_000);
    expect(risked.length).toBeLessThan(6);
  });

  it("is not blamed for one slow request: that one spends its attempts", async () => {
    const engine: Behaviour = ({ line }) => (line === 3 ? null : { result: whole, afterMs: 200 });
    const run = await new FakeRun({ requests: 2000, inFlight: 8, engine, requestTimeoutMs: 4000 }).pass(300_000);
    expect(run.answered).toHaveLength(1999);
    expect(run.failed).toMatchObject([{ request: { line: 3 } }]);
  });
});

describe("a request that is slow when nothing else is left to compare with", () => {
  const engine: Behaviour = () => null;

  it("spends its attempts when nobody watches the engine", async () => {
    const run = await new FakeRun({ requests: 1, inFlight: 4, engine, requestTimeoutMs: 4000 }).pass(300_000);
    expect(run.failed).toMatchObject([{ error: { code: "run.attempts", attempts: 5 } }]);
    expect(run.sent).toHaveLength(8);
  });

  it("spends none while the engine's counters stand still: the engine hangs", async () => {
    const options = { requests: 1, inFlight: 4, engine, requestTimeoutMs: 4000, knowsProgress: true };
    const run = await new FakeRun({ ...options, giveUpAfterMs: 100_000 }).pass(300_000);
    expect(run.end).toMatchObject({ kind: "engineFailed" });
    expect(run.failed).toEqual([]);
  });

  it("spends them when the counters move", async () => {
    const run = new FakeRun({ requests: 1, inFlight: 4, engine, requestTimeoutMs: 4000, knowsProgress: true });
    for (let second = 0; second < 60 && run.end === null; second += 1) {
      run.dispatcher.progressed(run.clock.now());
      await run.pass(1000);
    }
    expect(run.failed).toMatchObject([{ error: { code: "run.attempts", attempts: 5 } }]);
    expect(run.sent).toHaveLength(5);
  });
});

describe("a request that kills the engine", () => {
  /** Dies 30 ms after a poisonous request arrives, with all that is in flight, and is back after `downMs`. */
  function mortal(poison: ReadonlySet<number>, downMs: number) {
    let diedAt = Number.NEGATIVE_INFINITY;
    let deaths = 0;
    const isDown = (now: number) => now >= diedAt && now < diedAt + downMs;
    const engine: Behaviour = ({ line }, now) => {
      if (isDown(now)) return { result: refused, afterMs: 0 };
      if (poison.has(line)) {
        diedAt = now + 30;
        deaths += 1;
      }
      // What is in flight when it dies is reset; the answer takes 100 ms.
      const dies = diedAt >= now && diedAt <= now + 100;
      return dies ? { result: reset, afterMs: diedAt - now } : { result: whole, afterMs: 100 };
    };
    return { engine, health: (now: number) => (isDown(now) ? "nobody listens" : null), deaths: () => deaths };
  }

  it("is found out alone, with evidence, and takes nobody with it", async () => {
    const { engine, health, deaths } = mortal(new Set([40]), 1000);
    const run = await new FakeRun({ requests: 400, inFlight: 16, engine, health }).pass(200_000);
    expect(run.end).toEqual({ kind: "finished" });
    expect(run.answered).toHaveLength(399);
    expect(run.failed).toMatchObject([{ request: { line: 40 }, error: { code: "run.killsEngine", line: 40 } }]);
    expect(run.failed[0]?.error.message).toMatch(/with nothing else in flight/);
    expect(deaths()).toBeLessThanOrEqual(6);
    // The run does not wait for the engine to come back from the last one.
    expect(run.dispatcher.gate.restarts).toBe(deaths() - 1);
  });

  it("is found out when it is the only one", async () => {
    const { engine, health, deaths } = mortal(new Set([1]), 1000);
    const run = await new FakeRun({ requests: 1, inFlight: 16, engine, health }).pass(200_000);
    expect(run.failed).toMatchObject([{ error: { code: "run.killsEngine" } }]);
    expect(deaths()).toBe(4);
  });

  it("is found out though its connection is the last of all to break", async () => {
    let downUntil = -1;
    let kills = 0;
    const engine: Behaviour = ({ line }, now) => {
      if (now < downUntil) return { result: refused, afterMs: 0 };
      if (line !== 7) return { result: whole, afterMs: 100 };
      downUntil = now + 1000;
      kills += 1;
      return { result: reset, afterMs: 400 };
    };
    const health = (now: number) => (now < downUntil ? "nobody listens" : null);
    const run = await new FakeRun({ requests: 40, inFlight: 8, engine, health }).pass(200_000);
    expect(run.failed).toMatchObject([{ request: { line: 7 }, error: { code: "run.killsEngine" } }]);
    expect(run.answered).toHaveLength(39);
    // Every death that it caused was booked to it.
    expect(run.failed[0]?.request.deaths).toBe(kills);
  });

  it("is found out beside others of its kind", async () => {
    const { engine, health } = mortal(new Set([5, 6, 90]), 500);
    const run = await new FakeRun({ requests: 200, inFlight: 8, engine, health }).pass(400_000);
    expect(run.failed.map(({ request }) => request.line).sort((a, b) => a - b)).toEqual([5, 6, 90]);
    expect(run.answered).toHaveLength(197);
  });

  it("is not looked for when the engine dies of anything: the run stops and nothing is burned", async () => {
    const all = new Set(lines(500));
    const { engine, health } = mortal(all, 500);
    const run = await new FakeRun({ requests: 500, inFlight: 16, engine, health }).pass(400_000);
    expect(run.end).toMatchObject({ kind: "engineFailed" });
    expect(run.failed).toEqual([]);
  });
});
