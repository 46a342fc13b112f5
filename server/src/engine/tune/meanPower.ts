import type { GpuReading } from "../../gpu/reading.ts";

/** Watts of all GPUs together, on average over these readings; null when there is no GPU, or one does not tell. */
export function meanPower(readings: readonly GpuReading[]): number | null {
  const sums = readings.filter(({ gpus }) => gpus.length > 0).map(({ gpus }) => gpus.map(({ powerW }) => powerW));
  if (sums.length === 0 || sums.some((powers) => powers.includes(null))) return null;
  const total = sums.flat().reduce<number>((sum, power) => sum + (power ?? 0), 0);
  return total / sums.length;
}
