/** How many requests to keep in flight. */

/** What `/metrics` of vLLM says about its scheduler. */
export interface SchedulerLoad {
  running: number;
  waiting: number;
}

export interface InFlightController {
  readonly limit: number;
  /** A look at the engine's metrics, about every half second. `inFlight`: ours. */
  observed(load: SchedulerLoad, inFlight: number): void;
  /** A request was answered. */
  answered(now: number): void;
  /** The engine asked for less. */
  overloaded(now: number): void;
}

/** As the user says. */
export function fixedInFlight(limit: number): InFlightController {
  return { limit, observed: noop, answered: noop, overloaded: noop };
}

const noop = (): void => undefined;

const SMALLEST = 2;
export const LARGEST_IN_FLIGHT = 1024;
const HEADROOM = 1.25;
/** Looks at the engine in a row that must find it busy before the limit comes down. */
const BUSY_BEFORE_SHRINKING = 4;
const PEAK_OVER_LOOKS = 20;
export const HALVE_AT_MOST_EVERY_MS = 1000;

/**
 * Follows the engine. vLLM queues without bound: what waits there costs it memory and gains nothing, so about a
 * quarter more than it runs is kept in flight, which is enough to refill each slot at once. While nothing waits, the
 * engine could take more: the limit doubles.
 */
export class MetricsInFlight implements InFlightController {
  #limit = 128;
  readonly #peaks: number[] = [];
  #busyLooks = 0;
  #halvedAt = Number.NEGATIVE_INFINITY;

  get limit(): number {
    return this.#limit;
  }

  observed({ running, waiting }: SchedulerLoad, inFlight: number): void {
    this.#peaks.push(running);
    if (this.#peaks.length > PEAK_OVER_LOOKS) this.#peaks.shift();
    if (waiting === 0) {
      this.#busyLooks = 0;
      // Fewer in flight than allowed: the limit is not what holds the engine back.
      if (inFlight >= this.#limit) this.#limit = clamp(this.#limit * 2);
      return;
    }
    this.#busyLooks += 1;
    const wanted = clamp(Math.ceil(Math.max(...this.#peaks) * HEADROOM));
    if (wanted > this.#limit) this.#limit = wanted;
    else if (this.#busyLooks >= BUSY_BEFORE_SHRINKING) this.#limit = wanted;
  }

  answered(): void {
    // The metrics know better.
  }

  overloaded(now: number): void {
    if (now - this.#halvedAt < HALVE_AT_MOST_EVERY_MS) return;
    this.#halvedAt = now;
    this.#limit = clamp(Math.floor(this.#limit / 2));
  }
}

/** Between what keeps a server busy and what a machine can have open. */
export function clamp(limit: number): number {
  return Math.min(LARGEST_IN_FLIGHT, Math.max(SMALLEST, limit));
}
