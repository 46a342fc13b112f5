import { open } from "node:fs/promises";

const CHUNK_BYTES = 1 << 20;

/**
 * Reads a file from `start` (bytes) to its end in chunks of at most 1 MiB, one ahead of what is asked for, so that the
 * disk works while the caller does. A chunk is only valid until the next one is asked for: its buffer is used again.
 * Throws what the file system throws.
 */
export async function* readChunks(path: string, start = 0): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  let [current, other] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
  let position = start;
  let reading = file.read(current, 0, CHUNK_BYTES, position);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const chunk = current.subarray(0, bytesRead);
      position += bytesRead;
      [current, other] = [other, current];
      reading = file.read(current, 0, CHUNK_BYTES, position);
      // Whether it fails is looked at when its turn comes; until then nobody may call it unhandled.
      reading.catch(() => undefined);
      yield chunk;
    }
  } finally {
    // The file must not be closed under a read, whose own error no longer matters here.
    await Promise.allSettled([reading]);
    await file.close();
  }
}
