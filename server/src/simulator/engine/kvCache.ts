import { BlockPool } from "./blockPool.ts";
import { heldBlocks, knownTokens, type Sequence } from "./sequence.ts";

/** Which sequence holds which KV blocks, and what of a prompt need not be computed again. */
export class KvCache {
  readonly #pool: BlockPool;
  readonly #blockSize: number;
  readonly #prefixCaching: boolean;

  constructor(limits: { blocks: number; blockSize: number; prefixCaching: boolean }) {
    this.#pool = new BlockPool(limits.blocks);
    this.#blockSize = limits.blockSize;
    this.#prefixCaching = limits.prefixCaching;
  }

  /** Share of the blocks in use, 0 to 1. */
  get usage(): number {
    return this.#pool.usage;
  }

  /**
   * Gives a waiting sequence the blocks for all it knows (vLLM reserves the whole input), and counts what it finds in the
   * cache as computed. False, and nothing taken, when there is no room.
   */
  admit(sequence: Sequence): boolean {
    const known = knownTokens(sequence);
    // The last token is always computed: its output is what is wanted.
    const usable = this.#prefixCaching
      ? sequence.request.blockHashes.slice(0, Math.floor((known - 1) / this.#blockSize))
      : [];
    const { hits, idleHits } = this.#pool.lookUp(usable);
    const fresh = this.#blocksFor(known) - hits;
    if (fresh > this.#pool.available - idleHits) return false;
    for (const name of usable.slice(0, hits)) {
      this.#pool.share(name);
      sequence.sharedBlocks.push(name);
    }
    this.#pool.take(fresh);
    sequence.ownBlocks = fresh;
    sequence.computed = hits * this.#blockSize;
    return true;
  }

  /** Blocks for its first `tokens` tokens; false when there are not enough. */
  reserve(sequence: Sequence, tokens: number): boolean {
    const missing = this.#missing(sequence, tokens);
    if (missing > this.#pool.available) return false;
    this.#pool.take(missing);
    sequence.ownBlocks += missing;
    return true;
  }

  /** Would there be blocks for so many more tokens of each? */
  hasRoomFor(steps: number, sequences: Iterable<Sequence>): boolean {
    let needed = 0;
    for (const sequence of sequences) needed += this.#missing(sequence, sequence.computed + steps);
    return needed <= this.#pool.available;
  }

  /** Puts the blocks of its prompt that are complete into the cache. */
  nameFullBlocks(sequence: Sequence): void {
    if (!this.#prefixCaching) return;
    const { blockHashes } = sequence.request;
    const full = Math.min(blockHashes.length, Math.floor(sequence.computed / this.#blockSize));
    while (sequence.sharedBlocks.length < full) {
      const name = blockHashes[sequence.sharedBlocks.length];
      // Another request computed the same at the same time: the rest stays its own.
      if (name === undefined || !this.#pool.name(name)) return;
      sequence.sharedBlocks.push(name);
      sequence.ownBlocks--;
    }
  }

  release(sequence: Sequence): void {
    this.#pool.giveBack(sequence.ownBlocks);
    sequence.ownBlocks = 0;
    this.#pool.unshare(sequence.sharedBlocks);
    sequence.sharedBlocks.length = 0;
  }

  #missing(sequence: Sequence, tokens: number): number {
    return Math.max(0, this.#blocksFor(tokens) - heldBlocks(sequence));
  }

  #blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#blockSize);
  }
}
