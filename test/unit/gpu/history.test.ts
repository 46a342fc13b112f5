import { describe, expect, test } from "vitest";
import { GpuHistory } from "../../../server/src/gpu/history.ts";
import type { GpuReading, GpuSample } from "../../../server/src/gpu/reading.ts";

const begin = Date.parse("2026-11-21T20:00:00.000Z");
const sample = (change: Partial<GpuSample>): GpuSample => ({
  ...{ index: 0, uuid: "a", name: "X", driver: "550.1", totalMiB: 24564, usedMiB: 10, freeMiB: 23_000 },
  ...{ utilizationPercent: 0, temperatureC: 40, powerW: 20, powerLimitW: 450, computeCapability: "8.9" },
  ...change,
});
const reading = (ms: number, change: Partial<GpuSample> = {}, fault: string | null = null): GpuReading => ({
  at: new Date(begin + ms).toISOString(),
  gpus: [sample(change)],
  fault,
  tool: "nvidia-smi",
});

describe("the history of a GPU", () => {
  test("has a point each second for ten minutes and each ten seconds for six hours, and not one more", () => {
    const history = new GpuHistory();
    const hours = 8;
    for (let second = 0; second < hours * 3_600; second++) history.add(reading(second * 1_000));
    const points = history.points("a");
    const steps = points.slice(1).map((point, place) => point.at - (points[place]?.at ?? 0));
    expect(steps.filter((step) => step === 1_000)).toHaveLength(599);
    expect(new Set(steps)).toEqual(new Set([1_000, 10_000]));
    expect(points.length).toBe(600 + 2_160 - 60);
    expect(points.at(-1)?.at).toBe(begin + (hours * 3_600 - 1) * 1_000);
  });

  test("keeps the peaks of memory and heat, and the means of load and power", () => {
    const history = new GpuHistory();
    history.add(reading(0, { usedMiB: 10, temperatureC: 40, utilizationPercent: 100, powerW: 100 }));
    history.add(reading(250, { usedMiB: 900, temperatureC: 71, utilizationPercent: 0, powerW: 300 }));
    history.add(reading(500, { usedMiB: 20, temperatureC: null, utilizationPercent: 50, powerW: null }));
    expect(history.points("a")).toEqual([
      { at: begin, usedMiB: 900, temperatureC: 71, utilizationPercent: 50, powerW: 200 },
    ]);
  });

  test("can be asked from a moment on, and knows nothing of a GPU that it never saw", () => {
    const history = new GpuHistory();
    for (let second = 0; second < 5; second++) history.add(reading(second * 1_000));
    expect(history.points("a", begin + 3_000).map(({ at }) => at - begin)).toEqual([3_000, 4_000]);
    expect(history.points("b")).toEqual([]);
    expect(history.gpus()).toEqual([{ uuid: "a", name: "X" }]);
  });

  test("forgets what lies in the future when the clock is set back, and goes on", () => {
    const history = new GpuHistory();
    for (const second of [0, 1, 2, 100, 101, 3]) history.add(reading(second * 1_000));
    expect(history.points("a").map(({ at }) => (at - begin) / 1_000)).toEqual([0, 1, 2, 3]);
  });

  test("stays small when a driver makes up a new GPU at each reading, and when faults come and go", () => {
    const history = new GpuHistory();
    for (let turn = 0; turn < 1_000; turn++) {
      history.add(reading(turn * 1_000, { uuid: `gpu-${turn}` }, turn % 2 === 0 ? "lost" : null));
    }
    expect(history.gpus()).toHaveLength(64);
    expect(history.gpus().at(-1)?.uuid).toBe("gpu-999");
    expect(history.faults()).toHaveLength(200);
  });

  test("notes when a fault begins and ends, not each reading that has it", () => {
    const history = new GpuHistory();
    for (const [second, fault] of [null, "lost", "lost", "lost", null, null].entries()) {
      history.add(reading(second * 1_000, {}, fault));
    }
    expect(history.faults()).toEqual([
      { at: begin + 1_000, fault: "lost" },
      { at: begin + 4_000, fault: null },
    ]);
  });

  test("leaves out a reading without a time", () => {
    const history = new GpuHistory();
    history.add({ ...reading(0), at: "soon" });
    expect(history.gpus()).toEqual([]);
  });
});
