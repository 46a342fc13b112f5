/** Makes ids of 16 hex digits: cheap, and different between runs and processes as far as 64 random bits go. */
export function idMaker(randomBytes: (size: number) => Buffer): () => string {
  const BLOCK_IDS = 512;
  let block = "";
  let next = BLOCK_IDS;
  return () => {
    if (next === BLOCK_IDS) {
      block = randomBytes(BLOCK_IDS * 8).toString("hex");
      next = 0;
    }
    const at = next * 16;
    next += 1;
    return block.slice(at, at + 16);
  };
}
