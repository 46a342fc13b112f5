/** Checks one file after another, each as often as asked. Pure: what a check is, is passed in. */
export class CheckQueue {
  readonly #check: (key: string, signal: AbortSignal) => Promise<void>;
  /** In the order in which they were asked for. */
  readonly #due = new Set<string>();
  #now: { key: string; stop: AbortController } | null = null;

  /** @param check must not reject; what it finds after its signal is of no use any more */
  constructor(check: (key: string, signal: AbortSignal) => Promise<void>) {
    this.#check = check;
  }

  /** Checks a file once more, from its beginning where that is being done. */
  add(key: string): void {
    if (this.#now?.key === key) this.#now.stop.abort();
    this.#due.add(key);
    if (this.#now === null) void this.#work();
  }

  drop(key: string): void {
    this.#due.delete(key);
    if (this.#now?.key === key) this.#now.stop.abort();
  }

  clear(): void {
    this.#due.clear();
    this.#now?.stop.abort();
  }

  async #work(): Promise<void> {
    for (const key of this.#due) {
      this.#due.delete(key);
      const stop = new AbortController();
      this.#now = { key, stop };
      await this.#check(key, stop.signal);
    }
    this.#now = null;
  }
}
