/** Keeps what is being done from being begun again before it is done, as by a double click. */
export class OneAtATime {
  readonly #busy = new Set<string>();

  /** Resolves to undefined, and does nothing, while work for the same key goes on. */
  async do<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#busy.has(key)) return undefined;
    this.#busy.add(key);
    try {
      return await work();
    } finally {
      this.#busy.delete(key);
    }
  }
}
