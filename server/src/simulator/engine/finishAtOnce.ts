import type { EngineListener, EngineRequest } from "./engine.ts";
import type { EngineMetrics } from "./engineMetrics.ts";

/** Ends a request of an engine without steps: all its tokens came in one go between `arrivedMs` and `nowMs`. */
export function finishAtOnce(
  metrics: EngineMetrics,
  request: EngineRequest,
  listener: EngineListener,
  arrivedMs: number,
  nowMs: number,
): void {
  const { promptTokens, outputTokens } = request;
  metrics.prefilled(promptTokens, 0);
  metrics.generationTokens += outputTokens;
  metrics.iterationTokens.observe(promptTokens + outputTokens);
  metrics.finished(request, request.finishReason, outputTokens, 0, 0, {
    arrivedMs,
    startedMs: arrivedMs,
    firstTokenMs: nowMs,
    finishedMs: nowMs,
  });
  if (request.streams) listener.onTokens(outputTokens);
  listener.onEnd("finished", outputTokens, 0);
}
