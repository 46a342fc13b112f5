import type { Diagnosis } from "../../protocol/engine.ts";
import { judgeFailure, type FailedStart } from "./contextFailure.ts";
import type { ContextTry } from "./contextSearch.ts";

/** One start, and what came of it. null: it did not come so far, or did not say. */
export interface TriedContext extends ContextTry {
  /** Why it failed, in a sentence; empty: it did not. */
  why: string;
  /** Until it answered, or failed. */
  startSeconds: number;
  /** For the requests that filled it. */
  loadSeconds: number | null;
  /** Requests that were sent at once. */
  requests: number | null;
  kvCacheTokens: number | null;
  blockTokens: number | null;
}

/** One that never answered. */
export function failedTry(why: string, diagnosis: Diagnosis | null, start: FailedStart, seconds: number): TriedContext {
  const judged: ContextTry =
    diagnosis === null ? { outcome: { kind: "unrelated" }, hint: null } : judgeFailure(diagnosis, start);
  const unknown = { loadSeconds: null, requests: null, kvCacheTokens: null, blockTokens: null };
  return { ...judged, why, startSeconds: seconds, ...unknown };
}
