import type { EngineGauges } from "../engine/engine.ts";

/** What the periodic line is made of, as counted since the start. */
export interface Totals {
  promptTokens: number;
  generationTokens: number;
  prefixQueries: number;
  prefixHits: number;
  preemptions: number;
}

/** vLLM's line on throughput (every VLLM_LOG_STATS_INTERVAL, 10 s), from the totals now and one interval ago. */
export function statsLine(before: Totals, now: Totals, gauges: EngineGauges, seconds: number): string {
  const rate = (from: number, to: number) => ((to - from) / seconds).toFixed(1);
  const queries = now.prefixQueries - before.prefixQueries;
  const hitRate = queries === 0 ? 0 : (100 * (now.prefixHits - before.prefixHits)) / queries;
  const preemptions = now.preemptions - before.preemptions;
  return (
    `Engine 000: Avg prompt throughput: ${rate(before.promptTokens, now.promptTokens)} tokens/s, ` +
    `Avg generation throughput: ${rate(before.generationTokens, now.generationTokens)} tokens/s, ` +
    `Running: ${gauges.running} reqs, Waiting: ${gauges.waiting} reqs, ` +
    (preemptions > 0 ? `Preemptions: ${preemptions}, ` : "") +
    `GPU KV cache usage: ${(100 * gauges.kvUsage).toFixed(1)}%, Prefix cache hit rate: ${hitRate.toFixed(1)}%`
  );
}
