import type { GpuNow } from "../protocol/gpu.ts";
import type { GpuReading } from "./reading.ts";

/** What people are shown of a reading; null: there is no GPU, and nothing is wrong. */
export function gpuNow(reading: GpuReading | null): GpuNow | null {
  if (reading === null || (reading.gpus.length === 0 && reading.fault === null)) return null;
  const gpus = reading.gpus.map(({ index, usedMiB, totalMiB, utilizationPercent, temperatureC, powerW }) => ({
    ...{ index, usedMiB, totalMiB },
    ...{ utilizationPercent, temperatureC, powerW },
  }));
  return { gpus, fault: reading.fault };
}
