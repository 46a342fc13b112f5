import type { Clock } from "./clock.ts";

/** Work that is done again and again, never twice at once, until all of it is stopped together. */
export class Repeater {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #cancels = new Set<() => void>();
  #stopped = false;

  /** @param onError is told what a piece of work throws; that piece is not done again */
  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** @param nextDelayMs how long to wait before the work, asked each time */
  every(nextDelayMs: () => number, work: () => Promise<void>): void {
    if (this.#stopped) return;
    const cancel = this.#clock.after(nextDelayMs(), () => {
      this.#cancels.delete(cancel);
      work().then(
        () => this.every(nextDelayMs, work),
        (error: unknown) => this.#onError(error),
      );
    });
    this.#cancels.add(cancel);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
