import type { GpuReading, GpuSample } from "./reading.ts";

const heads = ["GPU", "name", "memory used", "free", "load", "temp", "power"] as const;

/** A table of the GPUs for a person, and below it what is wrong. */
export function readingTable(reading: GpuReading): string {
  const rows = [[...heads], ...reading.gpus.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const parts = [...(reading.gpus.length > 0 ? table : []), ...(reading.fault === null ? [] : [reading.fault])];
  return parts.length > 0 ? parts.join("\n") : noGpu(reading);
}

/** One reading in one line, for a list that grows. */
export function readingLine(reading: GpuReading): string {
  const gpus = reading.gpus.map((gpu) => {
    const [, , used, , load, temperature, power] = cellsOf(gpu);
    return `GPU ${gpu.index}: ${[used, load, temperature, power].filter((cell) => cell !== "?").join(", ")}`;
  });
  const parts = [...gpus, ...(reading.fault === null ? [] : [reading.fault])];
  return `${reading.at.slice(11, 19)}  ${parts.length > 0 ? parts.join("  ") : noGpu(reading)}`;
}

/** For a machine where nothing was found and nothing is wrong. */
export function noGpu({ tool }: GpuReading): string {
  return tool === null
    ? "No GPU: there is no nvidia-smi, rocm-smi or amd-smi on the PATH."
    : `No GPU: ${tool} is there and lists none.`;
}

function cellsOf(gpu: GpuSample): string[] {
  const { totalMiB, usedMiB, freeMiB, utilizationPercent, temperatureC, powerW, powerLimitW } = gpu;
  const limit = powerLimitW === null ? "" : ` of ${Math.round(powerLimitW)}`;
  return [
    String(gpu.index),
    gpu.name,
    usedMiB === null ? (totalMiB === null ? "?" : `? of ${gib(totalMiB)}`) : usedOf(usedMiB, totalMiB),
    freeMiB === null ? "?" : gib(freeMiB),
    utilizationPercent === null ? "?" : `${Math.round(utilizationPercent)} %`,
    temperatureC === null ? "?" : `${Math.round(temperatureC)} °C`,
    powerW === null ? "?" : `${Math.round(powerW)}${limit} W`,
  ];
}

function usedOf(usedMiB: number, totalMiB: number | null): string {
  return totalMiB === null ? gib(usedMiB) : `${(usedMiB / 1024).toFixed(1)} of ${gib(totalMiB)}`;
}

function gib(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
