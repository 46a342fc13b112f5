import { describe, expect, it } from "vitest";
import { EngineGate } from "../../../server/src/run/engineGate.ts";

const signal = (sentAt: number, distrustHealth = false, down = false) => {
  return { sentAt, cause: "503: no", crash: true, distrustHealth, down };
};

/** Plays the prober: asks whenever the gate wants, and answers with `health`. Returns the times of asking. */
function probeUntil(gate: EngineGate, from: number, to: number, health: (now: number) => string | null): number[] {
  const asked: number[] = [];
  for (let now = from; now <= to; now += 50) {
    if (!gate.takeProbe(now)) continue;
    asked.push(now);
    gate.probed(now, health(now));
  }
  return asked;
}

describe("EngineGate", () => {
  it("closes at the first sign, and counts one episode for all that return from it", () => {
    const gate = new EngineGate(60_000);
    expect(gate.away(1000, signal(900))).toBe(true);
    expect(gate.away(1001, signal(901))).toBe(false);
    expect(gate.state).toBe("away");
    expect(gate.episode).toBe(1);
  });

  it("asks at once, soon again, and then once a second", () => {
    const gate = new EngineGate(60_000);
    gate.away(1000, signal(900));
    const asked = probeUntil(gate, 1000, 6000, () => "nobody listens");
    expect(asked.slice(0, 8)).toEqual([1000, 1100, 1250, 1500, 1900, 2550, 3550, 4550]);
    for (const [index, time] of asked.entries()) expect(time - (asked[index - 1] ?? time)).toBeLessThanOrEqual(1000);
  });

  it("never has two probes under way", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0));
    expect(gate.takeProbe(0)).toBe(true);
    expect(gate.takeProbe(10_000)).toBe(false);
    gate.probed(10_000, "it did not answer");
    expect(gate.takeProbe(11_000)).toBe(true);
  });

  it("opens when the engine is healthy again, and calls it a restart only when it had been down", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0));
    probeUntil(gate, 0, 2000, (now) => (now < 1000 ? "nobody listens" : null));
    expect(gate.state).toBe("open");
    expect(gate.restarts).toBe(1);
    gate.answered(3000, 2500);
    gate.away(4000, signal(3500));
    probeUntil(gate, 4000, 4000, () => null);
    expect(gate.state).toBe("open");
    expect(gate.restarts).toBe(1);
  });

  it("lets one request go ahead when a healthy engine still refuses", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0));
    probeUntil(gate, 0, 0, () => null);
    expect(gate.state).toBe("open");
    expect(gate.away(100, signal(50))).toBe(false);
    probeUntil(gate, 100, 400, () => null);
    expect(gate.state).toBe("trial");
    expect(gate.episode).toBe(1);
    const trialAt = gate.changedAt;
    gate.away(600, signal(trialAt));
    expect(gate.state).toBe("away");
    probeUntil(gate, 600, 2000, () => null);
    expect(gate.state).toBe("trial");
    gate.answered(3000, gate.changedAt);
    expect(gate.state).toBe("open");
  });

  it("goes to the trial at once after a hang, which health checks do not see", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0, true));
    probeUntil(gate, 0, 0, () => null);
    expect(gate.state).toBe("trial");
  });

  it("trusts the health again after a restart, hang or not", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0, true));
    probeUntil(gate, 0, 1000, (now) => (now < 500 ? "nobody listens" : null));
    expect(gate.state).toBe("open");
  });

  it("begins another episode when the engine came back and died again without an answer", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0));
    probeUntil(gate, 0, 1000, (now) => (now < 500 ? "nobody listens" : null));
    expect(gate.away(1500, signal(1200))).toBe(true);
    expect(gate.episode).toBe(2);
    expect(gate.barrenDeaths).toBe(2);
  });

  it("knows of a restart that was too quick for its probes from those who were refused", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0, false, true));
    probeUntil(gate, 0, 0, () => null);
    expect(gate.restarts).toBe(1);
    expect(gate.away(100, signal(50))).toBe(true);
    expect(gate.episode).toBe(2);
  });

  it("is not fooled by what was sent before it changed its mind", () => {
    const gate = new EngineGate(60_000);
    gate.away(1000, signal(900));
    // A late answer to an older request does not open it.
    gate.answered(1100, 500);
    expect(gate.state).toBe("away");
    probeUntil(gate, 1100, 1500, () => null);
    gate.answered(1600, 1550);
    // A late failure of an older request does not close it.
    expect(gate.away(1700, signal(800))).toBe(false);
    expect(gate.state).toBe("open");
  });

  it("forgets barren deaths at an answer, or when the culprit was found", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0));
    probeUntil(gate, 0, 0, () => null);
    gate.answered(100, 50);
    expect(gate.barrenDeaths).toBe(0);
    gate.away(200, signal(150));
    expect(gate.barrenDeaths).toBe(1);
    gate.explained();
    expect(gate.barrenDeaths).toBe(0);
  });

  it("calls it no death when nothing was in the engine's hands", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, { ...signal(0), crash: false });
    expect(gate.barrenDeaths).toBe(0);
    expect(gate.episode).toBe(1);
  });

  it("gives up when nothing was answered for too long, however often it opened in between", () => {
    const gate = new EngineGate(10_000);
    gate.away(0, signal(0));
    probeUntil(gate, 0, 0, () => null);
    gate.away(5000, signal(4000));
    expect(gate.givenUp(10_000)).toBe(false);
    expect(gate.givenUp(10_001)).toBe(true);
    probeUntil(gate, 10_001, 12_000, () => null);
    gate.answered(13_000, 12_500);
    expect(gate.givenUp(100_000)).toBe(false);
    expect(gate.awayForMs(100_000)).toBeNull();
  });
});

describe("EngineGate of an engine that is watched", () => {
  const never = () => {
    throw new Error("It must not be asked.");
  };

  it("begins away when the engine is being started, which is neither an episode nor a restart", () => {
    const gate = new EngineGate(60_000, "its program starts");
    expect(gate).toMatchObject({ state: "away", held: true, cause: "its program starts", episode: 0 });
    expect(gate.hold(50, "it loads the weights", false)).toBe(false);
    probeUntil(gate, 100, 5000, never);
    gate.free(5001);
    expect(gate.takeProbe(5001)).toBe(true);
    gate.probed(5001, null);
    expect(gate).toMatchObject({ state: "open", restarts: 0, episode: 0 });
  });

  it("is not asked while it is held, and asked at once when it is free", () => {
    const gate = new EngineGate(60_000);
    expect(gate.hold(1000, "it ended with SIGKILL", true)).toBe(true);
    expect(gate).toMatchObject({ state: "away", episode: 1, barrenDeaths: 1 });
    probeUntil(gate, 1000, 9000, never);
    gate.free(9001);
    expect(probeUntil(gate, 9001, 9001, () => null)).toEqual([9001]);
    expect(gate).toMatchObject({ state: "open", restarts: 1 });
  });

  it("books a death once, whoever tells it first", () => {
    const heldFirst = new EngineGate(60_000);
    heldFirst.hold(1000, "it ended", true);
    expect(heldFirst.away(1001, signal(900))).toBe(false);
    const heldLast = new EngineGate(60_000);
    heldLast.away(1000, signal(900));
    expect(heldLast.hold(1001, "it ended", true)).toBe(false);
    for (const gate of [heldFirst, heldLast]) expect(gate).toMatchObject({ episode: 1, barrenDeaths: 1 });
  });

  it("trusts the health after a hang that was ended", () => {
    const gate = new EngineGate(60_000);
    gate.away(1000, signal(900, true));
    gate.hold(1001, "it hangs", true);
    gate.free(2000);
    probeUntil(gate, 2000, 2000, () => null);
    expect(gate.state).toBe("open");
  });

  it("does not wait for a probe of an earlier life", () => {
    const gate = new EngineGate(60_000);
    gate.away(0, signal(0));
    expect(gate.takeProbe(0)).toBe(true);
    const { holds } = gate;
    gate.hold(10, "it ended", true);
    gate.free(20);
    expect(gate.holds).toBe(holds + 1);
    expect(gate.takeProbe(20)).toBe(true);
  });

  it("counts no time against it while it is held, and begins anew after that", () => {
    const gate = new EngineGate(1000);
    gate.away(0, signal(0));
    gate.hold(900, "it ended", true);
    expect(gate.givenUp(50_000)).toBe(false);
    gate.free(50_000);
    expect(gate.givenUp(51_000)).toBe(false);
    expect(gate.givenUp(51_001)).toBe(true);
  });

  it("calls it no death when nothing was in its hands", () => {
    const gate = new EngineGate(1000);
    gate.hold(0, "it ended", false);
    expect(gate).toMatchObject({ episode: 1, barrenDeaths: 0 });
  });
});
