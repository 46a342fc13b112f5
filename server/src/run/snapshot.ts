import type { RunStatus } from "../protocol/records.ts";

/** How a run stands at a moment: what a progress bar shows. Counts are of saved results only. */
export interface Snapshot {
  status: RunStatus;
  /** What a person should know now: why it waits. null when all is well. */
  notice: string | null;
  simulated: boolean;
  total: number;
  completed: number;
  failed: number;
  inFlight: number;
  inFlightLimit: number;
  retried: number;
  engineRestarts: number;
  requestsPerSecond: number;
  tokensPerSecond: number;
  /** null when nothing is known yet. */
  etaSeconds: number | null;
}

/** Seconds until all is done at this rate; null when there is none. */
export function etaSeconds(left: number, perSecond: number): number | null {
  return left === 0 ? 0 : perSecond > 0 ? left / perSecond : null;
}
