import type { GpuFindings } from "../reading.ts";

export const ioregArguments: readonly string[] = ["-r", "-d", "1", "-w", "0", "-c", "IOAccelerator"];

const BYTES_PER_MIB = 1024 ** 2;

/**
 * Reads what macOS' `ioreg` tells of its GPUs. The memory is the machine's own (`totalBytes`), so what is free of it is
 * not known here.
 */
export function parseIoreg(output: string, totalBytes: number): GpuFindings {
  const gpus = output
    .split("\n")
    .filter((line) => line.includes(`"PerformanceStatistics"`))
    .map((line, index) => {
      const usedBytes = after(line, `"In use system memory"`);
      return {
        index,
        uuid: `apple-${index}`,
        name: modelIn(output, index),
        driver: null,
        totalMiB: Math.round(totalBytes / BYTES_PER_MIB),
        usedMiB: usedBytes === null ? null : Math.round(usedBytes / BYTES_PER_MIB),
        freeMiB: null,
        utilizationPercent: after(line, `"Device Utilization %"`),
        temperatureC: null,
        powerW: null,
        powerLimitW: null,
        computeCapability: null,
      };
    });
  return { gpus, fault: null };
}

/** The number behind this key, written `"key"=5` or `"key" = 5`. */
function after(line: string, key: string): number | null {
  for (let place = line.indexOf(key); place !== -1; place = line.indexOf(key, place + 1)) {
    const digits = /^ ?= ?(\d{1,15})/.exec(line.slice(place + key.length, place + key.length + 20))?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return null;
}

function modelIn(output: string, index: number): string {
  const models = output.split("\n").flatMap((line) => /^[ |]{0,40}"model" = <?"([^"]{1,80})"/.exec(line)?.[1] ?? []);
  return models[index] ?? "Apple GPU";
}
