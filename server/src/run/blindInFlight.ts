/** How many requests to keep in flight at a server that does not show its queue. */
import type { ServerFacts } from "../engine/attach/serverFacts.ts";
import { clamp, HALVE_AT_MOST_EVERY_MS, type InFlightController } from "./inFlight.ts";

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
