import type { Clock } from "../../util/clock.ts";
import { systemClock } from "../../util/systemClock.ts";
import { memorySettled } from "../memorySettled.ts";
import type { GpuReading } from "../reading.ts";
import { startGpuStream, type GpuStreamOptions } from "./gpuStream.io.ts";

/** Memory of a process that was killed comes back within seconds; longer waits help nobody. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Waits until the free memory of the GPUs stands still, 30 s at most. At once where there is no tool to tell it, and
 * when it is no longer wanted. Never rejects.
 */
export async function settledMemory(
  signal: AbortSignal,
  options: Pick<GpuStreamOptions, "env" | "intervalMs" | "platform"> & { clock?: Clock },
): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const readings: GpuReading[] = [];
  const onReading = (reading: GpuReading): void => {
    readings.push(reading);
    // Without a tool one reading comes, and no more.
    if (reading.tool === null || memorySettled(readings)) end();
  };
  const cancel = (options.clock ?? systemClock).after(LONGEST_WAIT_MS, end);
  signal.addEventListener("abort", end, { once: true });
  const stream = startGpuStream({ ...options, onReading });
  await promise;
  cancel();
  signal.removeEventListener("abort", end);
  await stream.stop();
}
