/** Longer between two looks: the machine slept, or we did. What the engine did meanwhile is not known. */
const LONGEST_GAP_MS = 20_000;

/** Adds up watched time, in milliseconds of one monotonic clock: a machine that was suspended has not waited. */
export class FlatTime {
  #ms = 0;
  #at: number | null = null;
  #jumped = false;

  get ms(): number {
    return this.#ms;
  }

  restart(now: number): void {
    this.#ms = 0;
    this.#at = now;
    this.#jumped = false;
  }

  pass(now: number): void {
    const gap = this.#at === null ? 0 : Math.max(0, now - this.#at);
    this.#at = now;
    const jump = gap > LONGEST_GAP_MS;
    // One jump is a suspended machine. Two in a row: we are that slow, and an engine must not hang unseen for it.
    this.#ms += jump ? (this.#jumped ? LONGEST_GAP_MS : 0) : gap;
    this.#jumped = jump;
  }
}
