/**
 * Requests that kill the engine. Whoever is in flight when the engine dies comes under suspicion; with the second
 * death a request is set aside until all others are done, and then goes out in small groups: an eighth of those that
 * were in flight at its last death, so that the culprit of 1,000 is alone after three more. What dies twice alone has
 * done it.
 *
 * Set aside, not tried at once: a poisonous request must not hold up the rest, and chance (an engine that is killed
 * now and then, for reasons of its own) costs the unlucky ones only their place in the order.
 */
import type { BatchRequest } from "./request.ts";

const SUSPECT_AFTER_DEATHS = 2;
const PROVEN_AFTER_ALONE = 2;
const GROUP_DIVISOR = 8;

/** Books a death of the engine to a request that was in flight at it. Once per death, however often it is told. */
export function witnessDeath(request: BatchRequest, death: number, inFlight: number): void {
  if (request.lastDeath === death) return;
  if (isSuspect(request) && inFlight === 1) request.aloneDeaths += 1;
  request.lastDeath = death;
  request.deathPeers = inFlight;
  request.deaths += 1;
}

export function isSuspect(request: BatchRequest): boolean {
  return request.deaths >= SUSPECT_AFTER_DEATHS;
}

export function isProven(request: BatchRequest): boolean {
  return request.aloneDeaths >= PROVEN_AFTER_ALONE;
}

/** With how many others at most, itself counted, a suspect may be in flight. */
export function groupLimit(request: BatchRequest): number {
  return Math.max(1, Math.ceil(request.deathPeers / GROUP_DIVISOR));
}

/** What the error file says of a proven one. */
export function evidence(request: BatchRequest): string {
  return (
    `The engine went away ${request.deaths} times while this request was in flight, the last ` +
    `${request.aloneDeaths} times with nothing else in flight. It was not tried again.`
  );
}
