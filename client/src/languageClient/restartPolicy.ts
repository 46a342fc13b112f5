/** How often a language server that ends by itself is started again. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 3 * 60_000;

export interface RestartAdvice {
  restart: boolean;
  /** How many times it has ended lately, this one among them. */
  times: number;
}

/** Five times within three minutes; then a person must decide. Pure: time is passed in. */
export class RestartPolicy {
  #endsMs: number[] = [];

  onEnd(nowMs: number): RestartAdvice {
    this.#endsMs = [...this.#endsMs.filter((endMs) => nowMs - endMs < WINDOW_MS), nowMs];
    return { restart: this.#endsMs.length <= MAX_RESTARTS, times: this.#endsMs.length };
  }
}
