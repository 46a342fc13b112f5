const BYTES_PER_TOKEN = 4;

/** An estimate: four bytes of UTF-8 are about one token, for the vocabularies of today. */
export function tokensOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BYTES_PER_TOKEN);
}
