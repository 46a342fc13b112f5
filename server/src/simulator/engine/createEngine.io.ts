import type { Settings } from "../arguments/settings.ts";
import { BatchScheduler } from "./batchScheduler.ts";
import type { Engine } from "./engine.ts";
import { EngineClock } from "./engineClock.io.ts";
import type { EngineMetrics } from "./engineMetrics.ts";
import { InstantEngine } from "./instantEngine.ts";
import { LatencyEngine } from "./latencyEngine.io.ts";

/** The engine for the pace that was asked for; `blocks` KV blocks are only kept by the one that batches. */
export function createEngine(settings: Settings, metrics: EngineMetrics, blocks: number): Engine {
  const { pace } = settings;
  switch (pace.kind) {
    case "instant":
      return new InstantEngine(metrics, () => performance.now());
    case "latency":
      return new LatencyEngine(metrics, pace.latencyMs);
    case "batching": {
      const { maxNumSeqs, maxNumBatchedTokens, blockSize, prefixCaching } = settings;
      const { decodeMs, prefillMsPerToken } = pace;
      const limits = {
        maxNumSeqs,
        maxNumBatchedTokens,
        blockSize,
        blocks,
        prefixCaching,
        decodeMs,
        prefillMsPerToken,
      };
      return new EngineClock(new BatchScheduler(limits, metrics));
    }
  }
}
