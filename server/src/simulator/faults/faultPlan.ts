import { engineDead, errorBody, queueFull } from "../http/apiError.ts";
import type { RequestEffect } from "./effect.ts";
import { type Condition, type Incident, isIncident, type RequestAction, type TimelineEvent } from "./timeline.ts";

/** What a timeline does at one request. */
export interface Verdict {
  effect: RequestEffect;
  incident: Incident | undefined;
}

/** An incident that waits for no request. */
export interface ScheduledIncident {
  afterMs: number;
  incident: Incident;
}

const nothing: Verdict = { effect: {}, incident: undefined };

/** Counts requests and decides what the timeline does to them. Time is passed in, as ms since the server was ready. */
export class FaultPlan {
  readonly #events: readonly TimelineEvent[];
  readonly #fired: number[];
  #requests = 0;

  constructor(events: readonly TimelineEvent[]) {
    this.#events = events.filter((event) => !(isIncident(event.action) && event.when.byClock));
    this.#fired = this.#events.map(() => 0);
  }

  /** To be called once for each request that makes the engine work. */
  onRequest(body: Buffer, sinceReadyMs: number): Verdict {
    this.#requests++;
    if (this.#events.length === 0) return nothing;
    const effect: RequestEffect = {};
    let incident: Incident | undefined;
    this.#events.forEach((event, index) => {
      const fired = this.#fired[index] ?? 0;
      if (fired >= event.times || !holds(event.when, this.#requests, body, sinceReadyMs)) return;
      this.#fired[index] = fired + 1;
      if (isIncident(event.action)) incident ??= event.action;
      else Object.assign(effect, effectOf(event.action));
    });
    return { effect, incident };
  }
}

/** The incidents that happen by the clock. */
export function scheduledIncidents(events: readonly TimelineEvent[]): ScheduledIncident[] {
  return events.flatMap(({ when, action }) =>
    isIncident(action) && when.byClock ? [{ afterMs: when.afterMs, incident: action }] : [],
  );
}

function holds(when: Condition, request: number, body: Buffer, sinceReadyMs: number): boolean {
  if (request < when.firstRequest || request > when.lastRequest) return false;
  if ((request - when.firstRequest + 1) % when.every !== 0) return false;
  if (sinceReadyMs < when.afterMs || sinceReadyMs >= when.afterMs + when.forMs) return false;
  return when.prompt === undefined || body.includes(when.prompt);
}

/** What a proxy, or vLLM with a limited queue, says with these. */
const overloadTexts: Readonly<Record<number, string>> = {
  429: errorBody(429, "RateLimitError", "Too many requests. This is a simulated limit.", null),
  500: engineDead().body,
  503: queueFull().body,
};

function effectOf(action: RequestAction): RequestEffect {
  switch (action.kind) {
    case "status": {
      const { status, body, retryAfterSeconds } = action;
      const text = body ?? overloadTexts[status] ?? errorBody(status, "SimulatedError", "Simulated.", null);
      return { status: { status, body: text === "" ? undefined : text, retryAfterSeconds } };
    }
    case "reset":
      return { reset: true };
    case "cut":
      return { cutAfter: action.after };
    case "abort":
      return { abort: true };
    case "trickle":
      return { trickleBytesPerSecond: action.bytesPerSecond };
    case "delay":
      return { delayMs: action.ms };
  }
}
