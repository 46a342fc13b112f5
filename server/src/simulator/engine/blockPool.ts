/**
 * The KV blocks of the engine and the prefix cache in them, as vLLM keeps them: a block whose content is complete is
 * known by a name and shared by all requests with the same beginning; blocks that nobody uses keep their content until
 * they are needed, and then the least recently used goes first.
 */
export class BlockPool {
  readonly total: number;
  /** Blocks without any content worth keeping. */
  #blank: number;
  /** Name → how many requests use the block. */
  readonly #users = new Map<number, number>();
  /** Names of blocks that nobody uses, least recently used first. */
  readonly #idle = new Set<number>();

  constructor(total: number) {
    this.total = total;
    this.#blank = total;
  }

  /** Blocks that can be had now. */
  get available(): number {
    return this.#blank + this.#idle.size;
  }

  /** Share of the blocks in use, 0 to 1. */
  get usage(): number {
    return this.total === 0 ? 0 : (this.total - this.available) / this.total;
  }

  /** How many of these blocks, from the first on, are in the cache, and how many of those nobody uses. */
  lookUp(names: readonly number[]): { hits: number; idleHits: number } {
    let hits = 0;
    let idleHits = 0;
    for (const name of names) {
      if (!this.#users.has(name)) break;
      hits++;
      if (this.#idle.has(name)) idleHits++;
    }
    return { hits, idleHits };
  }

  /** Uses a block that lookUp found. */
  share(name: number): void {
    this.#idle.delete(name);
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
  }

  /** Takes blocks for one request alone. The caller has checked `available`. */
  take(count: number): void {
    const blank = Math.min(count, this.#blank);
    this.#blank -= blank;
    for (let missing = count - blank; missing > 0; missing--) this.#evictOldest();
  }

  #evictOldest(): void {
    const oldest = this.#idle.values().next();
    if (oldest.done === true) throw new Error("More KV blocks were taken than are available.");
    this.#idle.delete(oldest.value);
    this.#users.delete(oldest.value);
  }

  /**
   * A block that was taken for one request is complete: from now on it has a name. False when another request was
   * first; then the block stays the request's own.
   */
  name(name: number): boolean {
    if (this.#users.has(name)) return false;
    this.#users.set(name, 1);
    return true;
  }

  /** Gives back blocks without a name. */
  giveBack(count: number): void {
    this.#blank += count;
  }

  /** Gives back named blocks; their content stays until the room is needed. vLLM lets the end of a prompt go first. */
  unshare(names: readonly number[]): void {
    for (let index = names.length - 1; index >= 0; index--) {
      const name = names[index];
      if (name === undefined) continue;
      const users = (this.#users.get(name) ?? 1) - 1;
      this.#users.set(name, users);
      if (users === 0) this.#idle.add(name);
    }
  }
}
