/** How often a language server that ends by itself is started again. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 3 * 60_000;

export type RestartAdvice =
  /** It has ended for the `times`-th time lately. */
  | { kind: "restart"; times: number }
  | { kind: "giveUp" }
  /** Its start has failed, which whoever asked for it is told: a restart would be one more that nobody holds. */
  | { kind: "neverRan" };

/** Five times within three minutes; then a person must decide. Pure: time is passed in. */
export class RestartPolicy {
  #hasRun = false;
  #endsMs: number[] = [];

  onRunning(): void {
    this.#hasRun = true;
  }

  onEnd(nowMs: number): RestartAdvice {
    if (!this.#hasRun) return { kind: "neverRan" };
    this.#endsMs = [...this.#endsMs.filter((endMs) => nowMs - endMs < WINDOW_MS), nowMs];
    const times = this.#endsMs.length;
    return times <= MAX_RESTARTS ? { kind: "restart", times } : { kind: "giveUp" };
  }
}
