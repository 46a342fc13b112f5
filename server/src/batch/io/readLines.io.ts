import { stat } from "node:fs/promises";
import { LineSplitter, type RawLine } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { detectUtf16, Utf16Translator } from "../../util/utf16.ts";
import { MAX_LINE_BYTES } from "../json/decode.ts";

export interface LineSink {
  push(line: RawLine): void;
  /** Before the first line: the file is UTF-16, and the lines are a translation. */
  markUtf16(): void;
}

export interface ReadLinesOptions {
  /** The file's own bytes, before they become lines. */
  onChunk?: (chunk: Buffer) => void;
  /** After the lines of a chunk: the time to write what they became, before the chunk's memory is used again. */
  afterChunk?: () => Promise<void>;
  onProgress?: (bytesRead: number, sizeBytes: number) => void;
  signal?: AbortSignal;
}

/**
 * Reads a file line by line into `sink`; a file in UTF-16 as if it were UTF-8. Returns its size in bytes. Throws what
 * the file system throws, and the signal's reason.
 */
export async function readLines(path: string, sink: LineSink, options: ReadLinesOptions): Promise<number> {
  const { size } = await stat(path);
  const lines = new LineSplitter(MAX_LINE_BYTES);
  const onLine = (line: RawLine) => {
    sink.push(line);
  };
  let translator: Utf16Translator | null = null;
  let sizeBytes = 0;
  for await (const chunk of readChunks(path)) {
    options.signal?.throwIfAborted();
    const encoding = sizeBytes === 0 ? detectUtf16(chunk) : null;
    if (encoding !== null) {
      translator = new Utf16Translator(encoding);
      sink.markUtf16();
    }
    sizeBytes += chunk.length;
    options.onChunk?.(chunk);
    lines.push(translator?.push(chunk) ?? chunk, onLine);
    await options.afterChunk?.();
    options.onProgress?.(sizeBytes, size);
  }
  if (translator !== null) lines.push(translator.end(), onLine);
  lines.end(onLine);
  return sizeBytes;
}
