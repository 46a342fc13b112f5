import { describe, expect, test } from "vitest";
import { memorySettled } from "../../../server/src/gpu/memorySettled.ts";
import type { GpuReading, GpuSample } from "../../../server/src/gpu/reading.ts";

const sample = (uuid: string, freeMiB: number | null): GpuSample => ({
  ...{ index: 0, uuid, name: "X", driver: "550.1", totalMiB: 24564, usedMiB: null, freeMiB },
  ...{ utilizationPercent: 0, temperatureC: 40, powerW: 20, powerLimitW: 450, computeCapability: "8.9" },
});
const reading = (free: Record<string, number | null>, fault: string | null = null): GpuReading => ({
  at: "2026-11-21T22:27:00.000Z",
  gpus: Object.entries(free).map(([uuid, mebibytes]) => sample(uuid, mebibytes)),
  fault,
  tool: "nvidia-smi",
});
const settled = (...free: (number | null)[]): boolean => memorySettled(free.map((one) => reading({ a: one })));

describe("the memory has settled", () => {
  test("when the newest three readings differ by a desktop's noise only", () => {
    expect(settled(100, 23_000, 23_010, 23_060)).toBe(true);
    expect(settled(23_000, 23_010, 23_065)).toBe(false);
    expect(settled(100, 12_000, 23_000)).toBe(false);
  });

  test("not before there are three", () => {
    expect(settled(23_000, 23_000)).toBe(false);
    expect(memorySettled([])).toBe(false);
  });

  test("only when it has on every GPU", () => {
    const at = (a: number, b: number) => reading({ a, b });
    expect(memorySettled([at(10, 500), at(10, 900), at(10, 1_300)])).toBe(false);
    expect(memorySettled([at(10, 500), at(10, 500), at(10, 500)])).toBe(true);
  });

  test("not while something is wrong, or a GPU comes or goes", () => {
    expect(memorySettled([reading({ a: 1 }), reading({ a: 1 }, "lost"), reading({ a: 1 })])).toBe(false);
    expect(memorySettled([reading({ a: 1 }), reading({ a: 1, b: 1 }), reading({ a: 1 })])).toBe(false);
    expect(memorySettled([reading({ a: 1 }), reading({ a: 1 }), reading({ b: 1 })])).toBe(false);
  });

  test("where it is not told, or where there is no GPU: there is nothing to wait for", () => {
    expect(settled(null, null, null)).toBe(true);
    expect(memorySettled([reading({}), reading({}), reading({})])).toBe(true);
    expect(settled(null, 5, 5)).toBe(false);
  });
});
