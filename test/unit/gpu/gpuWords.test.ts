import { expect, test } from "vitest";
import { gpuNow } from "../../../server/src/gpu/gpuNow.ts";
import { gpuWords } from "../../../server/src/gpu/gpuWords.ts";
import type { GpuFigures } from "../../../server/src/protocol/gpu.ts";

const gpu: GpuFigures = {
  ...{ index: 0, usedMiB: 18_637, totalMiB: 24_564 },
  ...{ utilizationPercent: 97, temperatureC: 71, powerW: 320.4 },
};
const words = (gpus: GpuFigures[], fault: string | null = null) => gpuWords({ gpus, fault });

test("a GPU in few words", () => {
  expect(words([gpu])).toBe("GPU 18.2/24.0 GiB 97 % 71 °C 320 W");
});
test("several together: memory and power, mean load, the hottest", () => {
  const other = { ...gpu, index: 1, utilizationPercent: 11, temperatureC: 80 };
  expect(words([gpu, other])).toBe("2 GPUs 36.4/48.0 GiB 54 % 80 °C 641 W");
});
test("what is not told is left out", () => {
  const silent = {
    index: 0,
    usedMiB: null,
    totalMiB: null,
    utilizationPercent: null,
    temperatureC: null,
    powerW: null,
  };
  expect(words([silent])).toBe("");
  expect(words([{ ...silent, temperatureC: 40 }])).toBe("GPU 40 °C");
  expect(words([{ ...silent, usedMiB: 1024 }])).toBe("GPU 1.0 GiB");
});
test("that something is wrong is said, also when no GPU answers", () => {
  expect(words([gpu], "lost")).toContain("in trouble");
  expect(words([], "lost")).toBe("GPU in trouble");
});
test("no reading, and one of no GPU, is nothing to show", () => {
  const at = "2026-11-21T20:00:00.000Z";
  expect(gpuNow(null)).toBeNull();
  expect(gpuNow({ at, gpus: [], fault: null, tool: null })).toBeNull();
  expect(gpuNow({ at, gpus: [], fault: "lost", tool: "nvidia-smi" })).toEqual({ gpus: [], fault: "lost" });
});
