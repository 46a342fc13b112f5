import type { GpuFindings, GpuSample } from "../reading.ts";
import { isObject, property } from "../../util/unknown.ts";
import { amount, jsonIn } from "./values.ts";

export const amdSmiArguments: readonly string[] = [
  "metric",
  "--usage",
  "--power",
  "--temperature",
  "--mem-usage",
  "--json",
];

/**
 * Reads the answer of `amd-smi metric … --json`: a list of GPUs (ROCm 6), or `{"gpu_data": [...]}` (ROCm 7). Values are
 * `{"value": 47, "unit": "%"}`, or "N/A".
 */
export function parseAmdSmi(output: string): GpuFindings {
  const answer = jsonIn(output);
  const list = property(answer, "gpu_data") ?? answer;
  if (!Array.isArray(list)) return { gpus: [], fault: "amd-smi gave no answer that could be read." };
  return { gpus: list.filter(isObject).map((gpu, place) => readGpu(gpu, place)), fault: null };
}

function readGpu(gpu: unknown, place: number): GpuSample {
  const value = (group: string, key: string): number | null => amount(property(property(gpu, group), key));
  const index = amount(property(gpu, "gpu")) ?? place;
  const totalMiB = value("mem_usage", "total_vram");
  const usedMiB = value("mem_usage", "used_vram");
  return {
    index,
    uuid: `amd-${index}`,
    name: `AMD GPU ${index}`,
    driver: null,
    totalMiB,
    usedMiB,
    freeMiB: value("mem_usage", "free_vram") ?? difference(totalMiB, usedMiB),
    utilizationPercent: value("usage", "gfx_activity"),
    temperatureC: value("temperature", "edge") ?? value("temperature", "hotspot"),
    powerW: value("power", "socket_power"),
    powerLimitW: null,
    computeCapability: null,
  };
}

function difference(total: number | null, used: number | null): number | null {
  return total === null || used === null ? null : Math.max(0, total - used);
}
