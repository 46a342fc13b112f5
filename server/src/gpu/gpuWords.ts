import type { GpuFigures, GpuNow } from "../protocol/gpu.ts";

/**
 * `GPU 18.2/24.0 GiB 97 % 71 °C 320 W`. Of several: memory and power together, the mean load, the hottest. What is not
 * told is left out; empty when nothing is.
 */
export function gpuWords({ gpus, fault }: GpuNow): string {
  const of = (key: keyof GpuFigures): number[] => gpus.map((gpu) => gpu[key]).filter((value) => value !== null);
  const [load, heat, power] = [of("utilizationPercent"), of("temperatureC"), of("powerW")];
  const words = [
    memoryWords(of("usedMiB"), of("totalMiB")),
    load.length === 0 ? "" : `${Math.round(sum(load) / load.length)} %`,
    heat.length === 0 ? "" : `${Math.round(Math.max(...heat))} °C`,
    power.length === 0 ? "" : `${Math.round(sum(power))} W`,
    fault === null ? "" : "in trouble",
  ].filter((word) => word !== "");
  if (words.length === 0) return "";
  return [gpus.length > 1 ? `${gpus.length} GPUs` : "GPU", ...words].join(" ");
}

function memoryWords(used: readonly number[], total: readonly number[]): string {
  if (used.length === 0) return "";
  return total.length === used.length ? `${gib(sum(used))}/${gib(sum(total))} GiB` : `${gib(sum(used))} GiB`;
}

function gib(mebibytes: number): string {
  return (mebibytes / 1024).toFixed(1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
