/** A set of small whole numbers, such as line numbers: one bit each, up to the largest. */
export class BitSet {
  #words = new Uint32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    const index = value >>> 5;
    if (index >= this.#words.length) this.#grow(index + 1);
    const word = this.#words[index] ?? 0;
    const bit = (1 << (value & 31)) >>> 0;
    if ((word & bit) !== 0) return;
    this.#words[index] = word | bit;
    this.#size += 1;
  }

  has(value: number): boolean {
    return (((this.#words[value >>> 5] ?? 0) >>> (value & 31)) & 1) === 1;
  }

  #grow(words: number): void {
    const larger = new Uint32Array(Math.max(words, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }
}
