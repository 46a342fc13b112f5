import type { GpuReading } from "./reading.ts";

export interface SettlingRules {
  /** So many readings in a row must agree. */
  readings: number;
  /** Less than this is what a desktop does all the time. */
  toleranceMiB: number;
}

export const usualSettling: SettlingRules = { readings: 3, toleranceMiB: 64 };

/**
 * Whether the free memory of every GPU has stood still over the newest readings (the last in the list). A GPU that
 * does not tell its memory, and a machine without one, is nothing to wait for. A fault is: the next reading may differ.
 */
export function memorySettled(readings: readonly GpuReading[], rules: SettlingRules = usualSettling): boolean {
  const newest = readings.slice(-rules.readings);
  const [first] = newest;
  if (first === undefined || newest.length < rules.readings) return false;
  if (newest.some((reading) => reading.fault !== null || reading.gpus.length !== first.gpus.length)) return false;
  return first.gpus.every(({ uuid }) => {
    const free = newest.map((reading) => reading.gpus.find((gpu) => gpu.uuid === uuid)?.freeMiB);
    if (free.includes(undefined)) return false;
    const known = free.filter((value) => typeof value === "number");
    if (known.length === 0) return true;
    return known.length === free.length && Math.max(...known) - Math.min(...known) <= rules.toleranceMiB;
  });
}
