import type { Manifest, RunStatus, RunSummary } from "../protocol/records.ts";

/** Changes the status, and keeps the history of it. */
export function moveTo(manifest: Manifest, status: RunStatus, reason: string | null, at: Date): void {
  manifest.status = status;
  manifest.reason = reason;
  manifest.history.push({ status, at: at.toISOString(), reason });
}

export function summaryOf(manifest: Manifest, folder: string): RunSummary {
  const { id, status, reason, engine, counts } = manifest;
  const seconds = round(counts.seconds, 3);
  const settled = counts.completed + counts.failed;
  return {
    run: id,
    folder,
    status,
    reason,
    simulated: engine.simulated,
    total: counts.total,
    completed: counts.completed,
    failed: counts.failed,
    retried: counts.retried,
    engineRestarts: counts.engineRestarts,
    seconds,
    requestsPerSecond: seconds > 0 ? round(settled / seconds, 2) : 0,
    promptTokens: counts.promptTokens,
    completionTokens: counts.completionTokens,
  };
}

/** Whether enough requests were answered, in per cent of all. */
export function isSuccess(manifest: Pick<Manifest, "counts" | "options">): boolean {
  const { total, completed } = manifest.counts;
  return completed * 100 >= manifest.options.failUnder * total;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
