/** How many requests to keep in flight. */
import type { ServerFacts } from "../engine/attach/serverFacts.ts";

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
const HALVE_AT_MOST_EVERY_MS = 1000;

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

const LARGEST_BLIND = 256;
const WINDOW_MS = 1000;
/** A window must answer this much more than the one before for more in flight to be worth it. */
const WORTHWHILE_GAIN = 1.03;

/** Where a server says nothing of how much it takes at once: enough to see whether more brings more. */
const BLIND_START = 16;
/**
 * Ollama works on one request of a model at a time unless OLLAMA_NUM_PARALLEL says more (its FAQ), LM Studio on 4 (its
 * docs, Parallel Requests): what is sent beyond that waits there, and its time runs.
 */
const SMALL_START = 4;

/** How many to begin with. One more than a server has slots, so that none waits for us. */
export function blindStart({ server, slots }: Pick<ServerFacts, "server" | "slots">): number {
  if (slots !== null) return Math.min(LARGEST_BLIND, slots + 1);
  return server === "ollama" || server === "lmstudio" ? SMALL_START : BLIND_START;
}

/**
 * For an endpoint without vLLM's metrics: in windows of a second or more, doubles and later goes up by a quarter as
 * long as the rate of answers follows, takes a step back that brought nothing, tries one more now and then, and halves
 * when told that it is too much.
 */
export class BlindInFlight implements InFlightController {
  #limit: number;
  /** What it was before the step that is being tried; null: none is. */
  #before: number | null = null;
  #windowStart: number | null = null;
  #answers = 0;
  #lastRate = 0;
  #steadyWindows = 0;
  #starting = true;
  #halvedAt = Number.NEGATIVE_INFINITY;

  constructor(start = BLIND_START) {
    this.#limit = start;
  }

  get limit(): number {
    return this.#limit;
  }

  observed(): void {
    // There are no metrics to look at.
  }

  answered(now: number): void {
    this.#windowStart ??= now;
    this.#answers += 1;
    const elapsedMs = now - this.#windowStart;
    // A whole round of answers at least: a window that catches half of one says nothing about the rate.
    if (elapsedMs < WINDOW_MS || this.#answers < this.#limit) return;
    this.#judge(this.#answers / elapsedMs);
    this.#windowStart = now;
    this.#answers = 0;
  }

  overloaded(now: number): void {
    if (now - this.#halvedAt < HALVE_AT_MOST_EVERY_MS) return;
    this.#halvedAt = now;
    this.#limit = clamp(Math.floor(this.#limit / 2));
    this.#before = null;
    this.#starting = false;
    this.#lastRate = 0;
    this.#windowStart = null;
    this.#answers = 0;
  }

  #judge(rate: number): void {
    const better = rate > this.#lastRate * WORTHWHILE_GAIN;
    this.#lastRate = Math.max(rate, this.#lastRate * 0.95);
    this.#steadyWindows = better ? 0 : this.#steadyWindows + 1;
    if (!better && this.#before !== null) {
      // Else a server with one slot has in the end as many waiting as we allow, until their time is over.
      this.#limit = this.#before;
      this.#before = null;
      this.#starting = false;
    } else if (better || this.#steadyWindows % 10 === 0) {
      this.#grow();
    }
  }

  #grow(): void {
    const step = this.#starting ? this.#limit : Math.max(1, Math.floor(this.#limit / 4));
    this.#before = this.#limit;
    this.#limit = Math.min(LARGEST_BLIND, this.#limit + step);
  }
}

function clamp(limit: number): number {
  return Math.min(LARGEST_IN_FLIGHT, Math.max(SMALLEST, limit));
}
