/** A dispatcher whose engine is watched by somebody else. */
import { describe, expect, it } from "vitest";
import { FakeEngine } from "../../support/run/fakeEngine.ts";
import { FakeRun, refused, reset, whole, type Behaviour } from "../../support/run/fakeRun.ts";

const quick: Behaviour = () => ({ result: whole, afterMs: 100 });
const silent: Behaviour = () => null;

function readyEngine(): FakeEngine {
  const engine = new FakeEngine();
  engine.ready();
  return engine;
}

/** A run that is told of every change, as a session does it. */
function follow(run: FakeRun, engine: FakeEngine): FakeRun {
  engine.onChange = () => run.dispatcher.engineChanged();
  return run;
}

describe("a start", () => {
  it("is waited for without a probe, for as long as it takes, and is no trouble", async () => {
    const engine = new FakeEngine();
    let asked = 0;
    const health = () => ((asked += 1), null);
    const options = { requests: 5, inFlight: 2, engine: quick, health, watched: engine, giveUpAfterMs: 1000 };
    const run = follow(new FakeRun(options), engine);
    await run.pass(60_000);
    engine.down("it loads the weights, 3 of 8");
    await run.pass(1000);
    expect({ asked, sent: run.sent.length, cause: run.dispatcher.gate.cause }).toEqual({
      asked: 0,
      sent: 0,
      cause: "it loads the weights, 3 of 8",
    });
    engine.ready();
    await run.pass(2000);
    expect(run.end).toEqual({ kind: "finished" });
    expect(run.dispatcher.gate).toMatchObject({ restarts: 0, episode: 0 });
  });

  it("is followed by the first requests in the same moment, not at the next tick", async () => {
    const engine = new FakeEngine();
    const run = follow(new FakeRun({ requests: 5, inFlight: 2, engine: quick, watched: engine }), engine);
    await run.pass(10_010);
    engine.ready();
    await Promise.resolve();
    await Promise.resolve();
    expect(run.sent.map(({ at }) => at)).toEqual([10_010, 10_010]);
  });

  it("can be broken off", async () => {
    const engine = new FakeEngine();
    const run = follow(new FakeRun({ requests: 5, inFlight: 2, engine: quick, watched: engine }), engine);
    await run.pass(1000);
    run.dispatcher.drain();
    await run.pass(100);
    expect(run.end).toEqual({ kind: "stopped" });
  });
});

describe("a death", () => {
  /** Everything in flight at `diesAt` is reset `lateMs` after it. */
  const dying = (diesAt: number, backAt: number, lateMs: number): Behaviour => {
    return (_request, now) => {
      if (now >= diesAt && now < backAt) return { result: refused, afterMs: 0 };
      if (now < diesAt && now + 100 > diesAt) return { result: reset, afterMs: diesAt - now + lateMs };
      return { result: whole, afterMs: 100 };
    };
  };

  it.each([
    ["first to its watcher", 40],
    ["first to the requests", 0],
  ])("that is known %s takes nothing but time, and one episode", async (_name, lateMs) => {
    const engine = readyEngine();
    const behaviour = dying(1020, 6000, lateMs);
    let asked = 0;
    const health = () => ((asked += 1), null);
    const options = { requests: 100, inFlight: 8, engine: behaviour, health, watched: engine };
    const run = follow(new FakeRun(options), engine);
    await run.pass(1020, 5);
    engine.down("it ended with SIGKILL");
    const before = asked;
    await run.pass(4990, 10);
    expect(asked - before).toBe(0);
    const sentBefore = run.sent.length;
    expect(run.dispatcher.sending).toBe(0);
    engine.ready();
    await Promise.resolve();
    await Promise.resolve();
    expect(run.sent.slice(sentBefore).map(({ at }) => at)).toEqual(Array.from({ length: 8 }, () => 6010));
    await run.pass(10_000);
    expect(run.end).toEqual({ kind: "finished" });
    expect(run.answered).toHaveLength(100);
    expect(run.failed).toEqual([]);
    expect(run.answered.every(({ request }) => request.attempts === 0)).toBe(true);
    expect(run.dispatcher.gate).toMatchObject({ restarts: 1, episode: 1 });
    expect(engine.inHand).toBe(0);
  });

  it("closes the gate at once, though no connection has broken", async () => {
    const engine = readyEngine();
    const run = follow(new FakeRun({ requests: 20, inFlight: 4, engine: quick, watched: engine }), engine);
    await run.pass(120);
    engine.down("it ended with exit code 1");
    const sent = run.sent.length;
    await run.pass(900);
    expect(run.sent).toHaveLength(sent);
    // Answers that were on their way count.
    expect(run.answered).toHaveLength(sent);
  });

  it("gives back after a second what hangs on connections that stay open", async () => {
    const engine = readyEngine();
    const run = follow(new FakeRun({ requests: 4, inFlight: 4, engine: silent, watched: engine }), engine);
    await run.pass(100);
    engine.down("it ended with SIGKILL");
    await run.pass(900);
    expect(run.dispatcher.sending).toBe(4);
    await run.pass(200);
    expect(run.dispatcher).toMatchObject({ sending: 0, waiting: 4 });
    expect(run.failed).toEqual([]);
  });

  it("gives it back when the engine is there again sooner", async () => {
    const engine = readyEngine();
    const run = follow(new FakeRun({ requests: 4, inFlight: 4, engine: silent, watched: engine }), engine);
    await run.pass(100);
    engine.down("it ended with SIGKILL");
    await run.pass(100);
    engine.ready();
    await run.pass(50);
    expect(run.sent.map(({ line }) => line)).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it("makes the word of a probe worthless that had been taken before", async () => {
    const engine = readyEngine();
    const probes: ((down: string | null) => void)[] = [];
    let calls = 0;
    const behaviour: Behaviour = () => ((calls += 1) === 1 ? { result: refused, afterMs: 10 } : silent(0 as never, 0));
    const run = new FakeRun({ requests: 1, inFlight: 1, engine: behaviour, watched: engine });
    run.probe = () => new Promise((resolve) => probes.push(resolve));
    follow(run, engine);
    await run.pass(100);
    expect(probes).toHaveLength(1);
    engine.down("it ended with SIGKILL");
    probes[0]?.(null);
    await run.pass(100);
    expect(run.dispatcher.gate.state).toBe("away");
    // Nor does the next one wait for it.
    engine.ready();
    await run.pass(50);
    expect(probes).toHaveLength(2);
  });

  it("ends the run when its watcher gives the engine up, in his words", async () => {
    const engine = readyEngine();
    const run = follow(new FakeRun({ requests: 4, inFlight: 4, engine: silent, watched: engine }), engine);
    await run.pass(100);
    engine.fails("It ended four times within ten minutes.");
    await run.pass(50);
    expect(run.end).toEqual({ kind: "engineFailed", reason: "It ended four times within ten minutes." });
    expect(run.failed).toEqual([]);
  });

  it("is given up by time when the engine is said to be there and answers nobody", async () => {
    const engine = readyEngine();
    const behaviour: Behaviour = () => ({ result: refused, afterMs: 10 });
    const options = { requests: 4, inFlight: 4, engine: behaviour, watched: engine, giveUpAfterMs: 10_000 };
    const run = follow(new FakeRun(options), engine);
    await run.pass(1000);
    engine.down("it hangs");
    await run.pass(60_000);
    expect(run.end).toBeNull();
    engine.ready();
    await run.pass(9000);
    expect(run.end).toBeNull();
    await run.pass(2000);
    expect(run.end).toMatchObject({ kind: "engineFailed" });
  });
});

describe("deaths in a row", () => {
  /** Dies `diesAfterMs` after the arrival of one of these; its watcher sees that at once, and starts it again. */
  function mortal(poison: (line: number) => boolean, requests: number, inFlight: number) {
    const engine = new FakeEngine();
    let diesAt = Number.POSITIVE_INFINITY;
    let deaths = 0;
    const behaviour: Behaviour = ({ line }, now) => {
      if (poison(line) && diesAt === Number.POSITIVE_INFINITY) {
        diesAt = now + 30;
        run.clock.after(30, () => {
          deaths += 1;
          engine.down("it ended with SIGSEGV");
          run.clock.after(500, () => {
            diesAt = Number.POSITIVE_INFINITY;
            engine.ready();
          });
        });
      }
      return diesAt < now + 100 ? { result: reset, afterMs: diesAt - now + 1 } : { result: whole, afterMs: 100 };
    };
    const run: FakeRun = new FakeRun({ requests, inFlight, engine: behaviour, watched: engine });
    follow(run, engine);
    engine.ready();
    return { engine, run, deaths: () => deaths };
  }

  it("by one request: it is isolated, found out, and that is told", async () => {
    const { engine, run } = mortal((line) => line === 40, 400, 64);
    await run.pass(200_000, 10);
    expect(run.end).toEqual({ kind: "finished" });
    expect(run.failed).toMatchObject([{ error: { code: "run.killsEngine", line: 40 } }]);
    expect(run.answered).toHaveLength(399);
    expect(engine.told.slice(0, 1)).toEqual(["isolating"]);
    expect(engine.told.at(-1)).toBe("explained");
  });

  it("by anything do not end the run before its watcher does", async () => {
    const { run, engine, deaths } = mortal(() => true, 500, 16);
    await run.pass(20_000, 10);
    expect(deaths()).toBeGreaterThan(20);
    expect(run.end).toBeNull();
    expect(run.failed).toEqual([]);
    expect(engine.told).toEqual([]);
    engine.fails("Enough.");
    expect(run.dispatcher.sending).toBe(0);
  });

  it("by anything end it while they are overlooked for our sake", async () => {
    const { run, engine } = mortal(() => true, 1000, 128);
    await run.pass(60_000, 10);
    expect(engine.told).toContain("isolating");
    expect(run.end).toMatchObject({ kind: "engineFailed", reason: expect.stringContaining("died 8 times in a row") });
    expect(run.failed).toEqual([]);
  });
});
