import { IdTable } from "../../util/idTable.ts";

/** About 64 tokens: four blocks of vLLM's prefix cache. */
const BLOCK_CHARACTERS = 256;
/** Above this the memory is spent on blocks that hardly come again. */
const MAX_BLOCKS = 2_000_000;

/** Tells how much of each text is the beginning of an earlier one, as a prefix cache of unlimited size would see it. */
export class PrefixTrie {
  readonly #blocks: IdTable;

  /** @param seed 32 random bits */
  constructor(seed: number) {
    this.#blocks = new IdTable(seed);
  }

  /** How many leading characters of `text`, in whole blocks, some earlier text begins with. */
  add(text: string): number {
    let node = 0;
    let shared = 0;
    let isShared = true;
    for (let start = 0; start + BLOCK_CHARACTERS <= text.length; start += BLOCK_CHARACTERS) {
      const key = `${node}:${text.slice(start, start + BLOCK_CHARACTERS)}`;
      const known =
        this.#blocks.size < MAX_BLOCKS ? this.#blocks.add(key, this.#blocks.size + 1) : this.#blocks.get(key);
      isShared &&= known !== undefined;
      if (isShared) shared += BLOCK_CHARACTERS;
      else if (this.#blocks.size >= MAX_BLOCKS) break;
      node = known ?? this.#blocks.size;
    }
    return shared;
  }
}
