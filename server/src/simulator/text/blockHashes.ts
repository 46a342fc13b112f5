/**
 * The names under which the prefix cache knows the full blocks of a prompt. Each covers the block and all before it, so
 * that equal names mean an equal beginning. 53 bits: a false hit would only make a simulated answer a little faster.
 */
export function blockHashes(prompt: string, tokens: number, blockSize: number): number[] {
  const full = Math.floor(tokens / blockSize);
  if (full === 0) return [];
  const bytes = Buffer.from(prompt);
  const blockBytes = blockSize * 4;
  const hashes: number[] = [];
  let low = 0x811c9dc5;
  let high = 0x2545f491;
  for (let block = 0; block < full; block++) {
    const end = Math.min((block + 1) * blockBytes, bytes.length);
    for (let index = block * blockBytes; index < end; index++) {
      const byte = bytes[index] ?? 0;
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x5bd1e995) ^ (high >>> 15);
    }
    hashes.push((high >>> 0) * 2 ** 21 + (low >>> 11));
  }
  return hashes;
}
