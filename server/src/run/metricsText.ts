import type { SchedulerLoad } from "./inFlight.ts";

export interface EngineMetrics extends SchedulerLoad {
  /** Grows while the engine works: tokens read and written since it started. */
  tokens: number;
}

/**
 * Picks the few figures that steer a run out of vLLM's `/metrics` (Prometheus text), summed over engines. null when
 * they are not there: another server, or `--disable-log-stats`.
 */
export function parseEngineMetrics(text: string): EngineMetrics | null {
  const running = sum(text, "vllm:num_requests_running");
  const waiting = sum(text, "vllm:num_requests_waiting");
  if (running === null || waiting === null) return null;
  const tokens = (sum(text, "vllm:prompt_tokens_total") ?? 0) + (sum(text, "vllm:generation_tokens_total") ?? 0);
  return { running, waiting, tokens };
}

/** The sum of a metric over its labels, or null when it is absent. */
function sum(text: string, name: string): number | null {
  let total: number | null = null;
  // The name must be whole: num_requests_waiting_by_reason is another one.
  for (const opening of [`\n${name}{`, `\n${name} `]) {
    for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
      const end = text.indexOf("\n", at + 1);
      const line = text.slice(at + 1, end === -1 ? undefined : end);
      const value = Number(line.slice(line.lastIndexOf(" ") + 1));
      if (Number.isFinite(value)) total = (total ?? 0) + value;
    }
  }
  return total;
}
