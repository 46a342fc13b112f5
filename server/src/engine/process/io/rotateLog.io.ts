import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { errorCodeOf } from "../../../util/unknown.ts";

/** Beside the log itself: `.1` is the newest. */
export const KEPT_LOGS = 3;
/** One that is written faster than we copy must not hold us for ever. */
const MOST_PASSES = 64;

/**
 * Moves what a log has so far to `FILE.1`, the older ones one further, and empties it. Those who write it keep it open,
 * for appending, and go on at its new end; so it is copied and cut, and what is written in the moment between the last
 * look and the cut is lost. What the copy gets at its end goes to `onMore`, so that a reader misses nothing else.
 *
 * @param read how far it has been read, in bytes
 */
export async function rotateLog(
  log: FileHandle,
  file: string,
  read: number,
  onMore: (bytes: Buffer) => void,
): Promise<void> {
  const unfinished = `${file}.rotating`;
  try {
    await rm(unfinished, { force: true });
    const copy = await open(unfinished, "wx", 0o600);
    try {
      const buffer = Buffer.allocUnsafe(1 << 20);
      let position = 0;
      for (let passes = 0; passes < MOST_PASSES;) {
        const { bytesRead } = await log.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        const fresh = bytes.subarray(Math.max(0, Math.min(bytesRead, read - position)));
        if (fresh.length > 0) {
          onMore(fresh);
          passes++;
        }
        await copy.appendFile(bytes);
        position += bytesRead;
      }
    } finally {
      await copy.close();
    }
    await shift(file);
    await rename(unfinished, `${file}.1`);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await log.truncate(0);
}

async function shift(file: string): Promise<void> {
  for (let number = KEPT_LOGS - 1; number >= 1; number--) {
    try {
      await rename(`${file}.${number}`, `${file}.${number + 1}`);
    } catch (error) {
      if (errorCodeOf(error) !== "ENOENT") throw error;
    }
  }
}
