import { systemClock } from "../../util/systemClock.ts";
import { GpuHistory } from "../history.ts";
import { memorySettled, usualSettling } from "../memorySettled.ts";
import { saysGpuIsGone } from "../nvidia/messages.ts";
import type { GpuReading } from "../reading.ts";
import { startGpuStream, type GpuStreamOptions } from "./gpuStream.io.ts";

/** Memory of a process that was killed comes back within seconds; longer waits help nobody. */
const LONGEST_WAIT_MS = 30_000;

/** The GPUs under an engine, over all of its lives. */
export interface GpuWatch {
  /** The newest reading; null: none has come yet, or there is nothing to read. */
  readonly latest: GpuReading | null;
  readonly history: GpuHistory;
  /**
   * Waits until the free memory of the GPUs stands still in readings taken from now on, 30 s at most. At once where
   * there is no GPU or one is gone, and when it is no longer wanted. Never rejects.
   */
  settled(signal: AbortSignal): Promise<void>;
  /** Ends the tool. May be called again. */
  stop(): Promise<void>;
}

export type GpuWatchOptions = Pick<GpuStreamOptions, "env" | "intervalMs" | "deadlineMs" | "clock" | "platform"> & {
  /** Is told each fault that begins, and (null) that it is over. */
  onFault: (fault: string | null) => void;
};

/** For a machine of which it is known that it has none. */
export const noGpuWatch: GpuWatch = {
  latest: null,
  history: new GpuHistory(),
  settled: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** Reads the GPUs with one stream, for all who want to know of them. */
export function startGpuWatch({ onFault, ...options }: GpuWatchOptions): GpuWatch {
  const { clock = systemClock } = options;
  const history = new GpuHistory();
  const listeners = new Set<(reading: GpuReading) => void>();
  let fault: string | null = null;
  const stream = startGpuStream({
    ...options,
    onReading: (reading) => {
      history.add(reading);
      for (const listener of listeners) listener(reading);
      // A tool that lists no GPU and finds nothing wrong need not be asked again.
      if (isNothing(reading) && history.gpus().length === 0) void stream.stop();
      if (reading.fault === fault) return;
      fault = reading.fault;
      onFault(fault);
    },
  });
  return {
    history,
    get latest() {
      return stream.latest;
    },
    settled: async (signal) => {
      if (signal.aborted || (stream.latest !== null && isHopeless(stream.latest))) return;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const end = (): void => resolve(undefined);
      let readings: GpuReading[] = [];
      const listen = (reading: GpuReading): void => {
        readings = [...readings, reading].slice(-usualSettling.readings);
        if (isHopeless(reading) || memorySettled(readings)) end();
      };
      const cancel = clock.after(LONGEST_WAIT_MS, end);
      signal.addEventListener("abort", end, { once: true });
      listeners.add(listen);
      await promise;
      listeners.delete(listen);
      cancel();
      signal.removeEventListener("abort", end);
    },
    stop: () => stream.stop(),
  };
}

function isNothing({ gpus, fault }: GpuReading): boolean {
  return gpus.length === 0 && fault === null;
}

/** Nothing to wait for: there is no GPU, or one will not be back before the machine is started again. */
function isHopeless(reading: GpuReading): boolean {
  return isNothing(reading) || (reading.fault !== null && saysGpuIsGone(reading.fault));
}
