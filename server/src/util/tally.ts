/**
 * Counts how often each name occurs. Keeps at most `maxNames` names: what comes later is counted under `other`, so that
 * hostile input cannot fill the memory.
 */
export class Tally {
  readonly #counts = new Map<string, { count: number }>();
  readonly #maxNames: number;
  /** Most often the next name is the one before: no look-up is needed. */
  #last: { count: number } = { count: 0 };
  #lastName: string | undefined;
  other = 0;

  constructor(maxNames = 10_000) {
    this.#maxNames = maxNames;
  }

  add(name: string): void {
    if (name !== this.#lastName) {
      let entry = this.#counts.get(name);
      if (entry === undefined) {
        if (this.#counts.size >= this.#maxNames) {
          this.other += 1;
          return;
        }
        entry = { count: 0 };
        this.#counts.set(name, entry);
      }
      this.#last = entry;
      this.#lastName = name;
    }
    this.#last.count += 1;
  }

  /** How many different names. */
  get size(): number {
    return this.#counts.size;
  }

  /** Names and counts in the order in which they came first. */
  toRecord(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#counts, ([name, { count }]) => [name, count]));
  }
}
