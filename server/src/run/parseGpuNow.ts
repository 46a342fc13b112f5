import type { GpuFigures, GpuNow } from "../protocol/gpu.ts";
import { isObject, property } from "../util/unknown.ts";

/** The GPUs as an event of a run tells them; null: it tells none. */
export function parseGpuNow(value: unknown): GpuNow | null {
  const gpus = property(value, "gpus");
  if (!Array.isArray(gpus)) return null;
  const fault = property(value, "fault");
  return { gpus: gpus.filter(isObject).map(figuresOf), fault: typeof fault === "string" ? fault : null };
}

function figuresOf(gpu: unknown): GpuFigures {
  const figure = (key: keyof GpuFigures): number | null => {
    const value = property(gpu, key);
    return typeof value === "number" ? value : null;
  };
  return {
    index: figure("index") ?? 0,
    usedMiB: figure("usedMiB"),
    totalMiB: figure("totalMiB"),
    utilizationPercent: figure("utilizationPercent"),
    temperatureC: figure("temperatureC"),
    powerW: figure("powerW"),
  };
}
