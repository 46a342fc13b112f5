/** What a timeline file says: how the start goes, and what happens later. */
export interface Timeline {
  startup: { delayMs: number; fault: StartupFault | undefined };
  events: readonly TimelineEvent[];
}

/** How a start fails. `never-ready` does not end: vLLM that loads for ever. */
export type StartupFault =
  | { kind: "out-of-memory" }
  | { kind: "kv-cache-too-small"; estimatedMaxModelLen: number }
  | { kind: "exit"; exitCode: number; log: readonly string[] }
  | { kind: "never-ready" };

export interface TimelineEvent {
  when: Condition;
  action: Action;
  /** How often it happens at most. */
  times: number;
}

/**
 * All that is given must hold. Requests that make the engine work are counted from 1, over all endpoints. Without any
 * condition on the request, an incident happens by the clock.
 */
export interface Condition {
  firstRequest: number;
  lastRequest: number;
  /** Each n-th request, counted from the first. */
  every: number;
  /** Text somewhere in the body. */
  prompt: string | undefined;
  /** From so long after the server was ready, for so long. */
  afterMs: number;
  forMs: number;
  /** No condition on the request was given. */
  byClock: boolean;
}

/** What happens to one request. */
export type RequestAction =
  | { kind: "status"; status: number; body: string | undefined; retryAfterSeconds: number | undefined }
  | { kind: "reset" }
  | { kind: "cut"; after: number }
  | { kind: "abort" }
  | { kind: "trickle"; bytesPerSecond: number }
  | { kind: "delay"; ms: number };

/** What happens to the whole process. */
export type Incident =
  | { kind: "crash"; exitCode: number; signal: NodeJS.Signals | undefined; orphan: boolean; log: readonly string[] }
  | { kind: "engine-death"; exitCode: number; keepServing: boolean }
  | { kind: "hang"; forMs: number };

export type Action = RequestAction | Incident;

export function isIncident(action: Action): action is Incident {
  return action.kind === "crash" || action.kind === "engine-death" || action.kind === "hang";
}

/** No timeline was given: everything goes well. */
export const quietTimeline: Timeline = { startup: { delayMs: 0, fault: undefined }, events: [] };
