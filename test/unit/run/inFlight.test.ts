import { describe, expect, it } from "vitest";
import { BlindInFlight, blindStart } from "../../../server/src/run/blindInFlight.ts";
import { LARGEST_IN_FLIGHT, MetricsInFlight } from "../../../server/src/run/inFlight.ts";

/** An engine with so many slots, looked at so often, that gets as many as the limit says. */
function follow(controller: MetricsInFlight, slots: number, looks: number): void {
  for (let look = 0; look < looks; look += 1) {
    const inFlight = controller.limit;
    controller.observed({ running: Math.min(slots, inFlight), waiting: Math.max(0, inFlight - slots) }, inFlight);
  }
}

describe("with the engine's metrics", () => {
  it.each([8, 64, 100, 256, 700])("settles at 1.25 times what the engine runs: %i", (slots) => {
    const controller = new MetricsInFlight();
    follow(controller, slots, 60);
    expect(controller.limit).toBe(Math.min(LARGEST_IN_FLIGHT, Math.ceil(slots * 1.25)));
  });

  it("keeps every slot of the engine busy while it finds out", () => {
    const controller = new MetricsInFlight();
    for (let look = 0; look < 20; look += 1) {
      const running = Math.min(512, controller.limit);
      controller.observed({ running, waiting: controller.limit - running }, controller.limit);
    }
    expect(controller.limit).toBeGreaterThanOrEqual(512);
  });

  it("is not shrunk by requests that have just arrived", () => {
    const controller = new MetricsInFlight();
    follow(controller, 1000, 3);
    const before = controller.limit;
    controller.observed({ running: 20, waiting: 3 }, 23);
    controller.observed({ running: 20, waiting: 0 }, 20);
    expect(controller.limit).toBe(before);
  });

  it("comes down when the engine takes less for long: its memory is full", () => {
    const controller = new MetricsInFlight();
    follow(controller, 256, 40);
    follow(controller, 100, 40);
    expect(controller.limit).toBe(125);
  });

  it("halves when told, at most once a second", () => {
    const controller = new MetricsInFlight();
    controller.overloaded(0);
    controller.overloaded(500);
    expect(controller.limit).toBe(64);
    controller.overloaded(1000);
    expect(controller.limit).toBe(32);
    for (let now = 2000; now < 60_000; now += 1000) controller.overloaded(now);
    expect(controller.limit).toBe(2);
  });
});

describe("without metrics", () => {
  /** Answers come in as an engine of so many slots gives them, each slot one per 100 ms. */
  function play(controller: BlindInFlight, slots: number, seconds: number): void {
    for (let now = 0; now < seconds * 1000; now += 100) {
      const answers = Math.min(slots, controller.limit);
      for (let index = 0; index < answers; index += 1) controller.answered(now + (index * 100) / answers);
    }
  }

  it("grows while more in flight brings more answers, and not much beyond", () => {
    const controller = new BlindInFlight();
    play(controller, 64, 60);
    expect(controller.limit).toBeGreaterThanOrEqual(60);
    expect(controller.limit).toBeLessThanOrEqual(256);
  });

  it.each([1, 4])("does not pile up what waits at a server with %i slots, however long it goes on", (slots) => {
    const controller = new BlindInFlight(4);
    let most = 0;
    for (let now = 0; now < 3_600_000; now += 100) {
      for (let index = 0; index < slots; index += 1) controller.answered(now + (index * 100) / slots);
      most = Math.max(most, controller.limit);
    }
    expect(most).toBeLessThanOrEqual(16);
  });

  it.each([
    [{ server: "llamacpp", slots: 4 }, 5],
    [{ server: "llamacpp", slots: 100_000 }, 256],
    [{ server: "llamacpp", slots: null }, 16],
    [{ server: "ollama", slots: null }, 4],
    [{ server: "lmstudio", slots: null }, 4],
    [{ server: "other", slots: null }, 16],
  ] as const)("begins at %j with %i", (facts, start) => {
    expect(new BlindInFlight(blindStart(facts)).limit).toBe(start);
  });

  it("halves when the server says that it is too much", () => {
    const controller = new BlindInFlight();
    play(controller, 200, 20);
    const before = controller.limit;
    controller.overloaded(100_000);
    expect(controller.limit).toBe(Math.floor(before / 2));
  });
});
