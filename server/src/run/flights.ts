import type { Abort } from "./ports.ts";
import type { BatchRequest } from "./request.ts";
import { groupLimit, isSuspect } from "./suspects.ts";

/** A request that was sent and has not come back. */
export interface Flight {
  requestId: string;
  sentAt: number;
  abort: Abort;
}

/** The requests in flight, in the order in which they were sent, and so of their deadlines. */
export class Flights {
  readonly #flights = new Map<BatchRequest, Flight>();

  get size(): number {
    return this.#flights.size;
  }

  add(request: BatchRequest, flight: Flight): void {
    this.#flights.set(request, flight);
  }

  /** Takes it out; false when it is not this flight that the request is on. */
  land(request: BatchRequest, flight: Flight): boolean {
    return this.#flights.get(request) === flight && this.#flights.delete(request);
  }

  /** How many were sent at a time or later. */
  sentSince(time: number): number {
    let count = 0;
    for (const { sentAt } of this.#flights.values()) if (sentAt >= time) count += 1;
    return count;
  }

  /** When the one was sent that has been out longest, or null. */
  oldestSentAt(): number | null {
    const [oldest] = this.#flights.values();
    return oldest?.sentAt ?? null;
  }

  /** Ends those that were sent before a time. */
  expire(before: number): void {
    for (const flight of this.#flights.values()) {
      if (flight.sentAt > before) return;
      flight.abort("deadline");
    }
  }

  /** Ends all. */
  abort(reason: Parameters<Abort>[0]): void {
    for (const flight of [...this.#flights.values()]) flight.abort(reason);
  }

  /** The smallest group that a suspect in flight may be in; 0 when others are in flight, whom no suspect may join. */
  smallestGroup(): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (const request of this.#flights.keys()) {
      if (!isSuspect(request)) return 0;
      smallest = Math.min(smallest, groupLimit(request));
    }
    return smallest;
  }
}
