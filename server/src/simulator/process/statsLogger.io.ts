import type { Service } from "../api/service.ts";
import type { LogWriter } from "./logWriter.io.ts";
import { statsLine, type Totals } from "./statsLine.ts";

/** Writes the periodic line while there is work, and once more after it, as vLLM does. */
export function startStatsLogger(service: Service, log: LogWriter, intervalMs: number): void {
  const { engine, metrics } = service;
  const totals = (): Totals => {
    const { promptTokens, generationTokens, prefixQueries, prefixHits, preemptions } = metrics;
    return { promptTokens, generationTokens, prefixQueries, prefixHits, preemptions };
  };
  let before = totals();
  let wasBusy = false;
  setInterval(() => {
    const gauges = engine.gauges();
    const now = totals();
    const busy =
      gauges.running + gauges.waiting > 0 ||
      now.promptTokens !== before.promptTokens ||
      now.generationTokens !== before.generationTokens;
    if (busy || wasBusy) {
      const message = statsLine(before, now, gauges, intervalMs / 1000);
      log.log({ source: "APIServer", level: "INFO", place: "loggers.py:335", message });
    }
    wasBusy = busy;
    before = now;
  }, intervalMs).unref();
}
