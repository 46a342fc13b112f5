/**
 * The simulator's tokens are pieces of four bytes of UTF-8: near enough to the four characters a token that English has
 * on real models, free of tables, and reversible. The id is the number that the bytes spell, after the ids of all
 * shorter pieces.
 */
const BYTES_PER_TOKEN = 4;

/** First id of the pieces of 1, 2, 3 and 4 bytes. */
const firstIds = [0, 256, 256 + 65_536, 256 + 65_536 + 16_777_216] as const;

/** Ids are below this. */
export const VOCABULARY_SIZE = firstIds[3] + 2 ** 32;

/**
 * vLLM refuses texts by length alone before it tokenises, at the context length times the longest token of the
 * vocabulary: 12 characters on the model that it was seen with.
 */
export const LONGEST_TOKEN_CHARACTERS = 12;

export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

export function tokenize(text: string): number[] {
  const bytes = Buffer.from(text);
  const ids: number[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_TOKEN) {
    const size = Math.min(BYTES_PER_TOKEN, bytes.length - start);
    ids.push((firstIds[size - 1] ?? 0) + bytes.readUIntBE(start, size));
  }
  return ids;
}

/** Ids must be whole numbers below VOCABULARY_SIZE. */
export function detokenize(ids: readonly number[]): string {
  return Buffer.concat(ids.map(pieceOf)).toString();
}

function pieceOf(id: number): Buffer {
  const shorter = firstIds.findLastIndex((first) => id >= first);
  const piece = Buffer.alloc(shorter + 1);
  piece.writeUIntBE(id - (firstIds[shorter] ?? 0), 0, shorter + 1);
  return piece;
}
