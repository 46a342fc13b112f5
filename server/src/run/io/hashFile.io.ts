import { createHash } from "node:crypto";
import { readChunks } from "../../util/readChunks.io.ts";

/** The sha256 of a file, in hex. Throws what the file system throws. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(path)) hash.update(chunk);
  return hash.digest("hex");
}
