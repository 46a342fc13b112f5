import { open } from "node:fs/promises";

const CHUNK_BYTES = 1 << 20;

/**
 * Reads a file from `start` (bytes) to its end in chunks of at most 1 MiB. The chunk is only valid until the next one
 * is asked for: the buffer is used again. Throws what the file system throws.
 */
export async function* readChunks(path: string, start = 0): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let position = start;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
