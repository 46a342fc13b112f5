const EMPTY = 0;
const FIRST_CAPACITY = 1024;
/** Of a slot: the two halves of the hash, and the value. */
const WORDS = 3;
const HIGH = 1;
const VALUE = 2;
/** Above this share of full slots the table doubles: linear probing stays short. */
const MAX_LOAD = 0.75;

/**
 * From ids (strings of any length) to numbers, in 16 to 32 bytes per id (16 when their number is known) however long the ids are: only a seeded 64-bit
 * hash of each id is kept, in typed arrays. That two of a million different ids are taken for equal happens once in
 * 30 million files, and with another seed not again in the same file.
 */
export class IdTable {
  #size = 0;
  #capacity: number;
  /** Three words per slot, side by side so that they lie in one line of the processor's cache. */
  #slots: Uint32Array;
  readonly #seed: number;
  #low = 0;
  #high = 0;

  /**
   * @param seed 32 random bits
   * @param expected about how many ids there will be: then there is room at once, and no more than they need
   */
  constructor(seed: number, expected = 0) {
    this.#seed = seed >>> 0;
    this.#capacity = Math.max(FIRST_CAPACITY, Math.ceil((expected + 1) / MAX_LOAD));
    this.#slots = new Uint32Array(this.#capacity * WORDS);
  }

  get size(): number {
    return this.#size;
  }

  /** Forgets all ids and keeps the room. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** Keeps `value` (1 to 2^32 - 1) for a new id. For an id that is there, changes nothing and returns its value. */
  add(id: string, value: number): number | undefined {
    this.#hash(id);
    const slot = this.#find(this.#low, this.#high);
    const there = this.#slots[slot + VALUE];
    if (there !== EMPTY) return there;
    this.#put(slot, this.#low, this.#high, value);
    this.#size += 1;
    if (this.#size > this.#capacity * MAX_LOAD) this.#grow();
    return undefined;
  }

  /** The value kept for an id, or undefined. */
  get(id: string): number | undefined {
    this.#hash(id);
    const value = this.#slots[this.#find(this.#low, this.#high) + VALUE];
    return value === EMPTY ? undefined : value;
  }

  #put(slot: number, low: number, high: number, value: number): void {
    this.#slots[slot] = low;
    this.#slots[slot + HIGH] = high;
    this.#slots[slot + VALUE] = value;
  }

  /** The place of a hash's slot, or of the empty one where it belongs. */
  #find(low: number, high: number): number {
    const slots = this.#slots;
    // The hash as a share of its range is the share of the table: no power of two is needed.
    let slot = Math.floor((low / 2 ** 32) * this.#capacity) * WORDS;
    for (;;) {
      if (slots[slot + VALUE] === EMPTY || (slots[slot] === low && slots[slot + HIGH] === high)) return slot;
      slot += WORDS;
      if (slot === slots.length) slot = 0;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS);
    for (let slot = 0; slot < old.length; slot += WORDS) {
      const [low = 0, high = 0, value = EMPTY] = [old[slot], old[slot + HIGH], old[slot + VALUE]];
      if (value !== EMPTY) this.#put(this.#find(low, high), low, high, value);
    }
  }

  /** Two 32-bit lanes in the manner of MurmurHash3, over UTF-16 units, mixed at the end. */
  #hash(id: string): void {
    let low = this.#seed ^ id.length;
    let high = Math.imul(this.#seed, 0x9e3779b1) ^ 0x85ebca6b;
    for (let index = 0; index < id.length; index += 1) {
      const unit = id.charCodeAt(index);
      low = Math.imul(low ^ unit, 0xcc9e2d51);
      low = (low << 13) | (low >>> 19);
      high = Math.imul(high + unit, 0x1b873593) ^ low;
      high = (high << 17) | (high >>> 15);
    }
    this.#low = finish(low);
    this.#high = finish(high);
  }
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
