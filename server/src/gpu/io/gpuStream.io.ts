import type { Clock } from "../../util/clock.ts";
import { systemClock } from "../../util/systemClock.ts";
import type { GpuFindings, GpuReading, GpuTool } from "../reading.ts";
import { startNvidiaStream, type Stoppable } from "./nvidiaStream.io.ts";
import { startPolling } from "./polling.io.ts";
import { findTool } from "./tools.io.ts";

export interface GpuStreamOptions {
  /** Its PATH is where the tools are looked for. */
  env: Readonly<Record<string, string | undefined>>;
  onReading?: (reading: GpuReading) => void;
  /** Between readings. Tools other than nvidia-smi are asked at most each 5 s. */
  intervalMs?: number;
  /** The tool is started anew when it says nothing for so long. */
  deadlineMs?: number;
  clock?: Clock;
  platform?: NodeJS.Platform;
}

export interface GpuStream {
  /** The newest reading; null: none has come yet. */
  readonly latest: GpuReading | null;
  /** Ends the tool that was started. Resolves when it is gone, or after 2 s when the driver does not let go of it. */
  stop(): Promise<void>;
}

/**
 * Reads the GPUs again and again, with one long-lived child on NVIDIA. Trouble comes as readings with a fault, and the
 * tool is tried again by itself. Where there is no tool at all, one empty reading comes, and no more.
 */
export function startGpuStream(options: GpuStreamOptions): GpuStream {
  const { env, intervalMs = 1_000, clock = systemClock, platform = process.platform } = options;
  const { deadlineMs = 20_000 + intervalMs, onReading } = options;
  const world = { env, clock, platform };
  let latest: GpuReading | null = null;
  let stopped = false;
  const isStopped = (): boolean => stopped;
  const report = (tool: GpuTool | null, findings: GpuFindings): void => {
    if (stopped) return;
    latest = { at: clock.date().toISOString(), ...findings, tool };
    onReading?.(latest);
  };
  const begun = findTool(world).then((found): Stoppable | null => {
    if (isStopped()) return null;
    if (found === null) {
      report(null, { gpus: [], fault: null });
      return null;
    }
    const start = found.tool === "nvidia-smi" ? startNvidiaStream : startPolling;
    return start({ found, world, intervalMs, deadlineMs, report: (findings) => report(found.tool, findings) });
  });
  return {
    get latest() {
      return latest;
    },
    stop: async () => {
      stopped = true;
      await (await begun)?.stop();
    },
  };
}
