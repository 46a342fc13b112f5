import type { GpuReading } from "../../gpu/reading.ts";
import type { PreflightGpu } from "./finding.ts";

/** The GPUs of a reading; null when a fault let none be seen, for then nothing follows from that. */
export function gpusOf(reading: GpuReading | null): readonly PreflightGpu[] | null {
  return reading === null || (reading.gpus.length === 0 && reading.fault !== null) ? null : reading.gpus;
}
