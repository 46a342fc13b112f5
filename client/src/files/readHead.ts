import { open } from "node:fs/promises";
import { detectUtf16, Utf16Translator } from "../../../server/src/util/utf16.ts";

/** Enough for the lines by which a file's kind is told. */
const HEAD_BYTES = 64 << 10;

/** The first lines of a file; the last of them may be cut. Throws what the file system throws. */
export async function readHead(path: string): Promise<string[]> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const encoding = detectUtf16(bytes);
    const text = encoding === null ? bytes : new Utf16Translator(encoding).push(bytes);
    return text.toString("utf8").split(/\r\n|\n|\r/);
  } finally {
    await file.close();
  }
}
