import { randomInt } from "node:crypto";
import { stat } from "node:fs/promises";
import { replaceFile } from "../../util/atomicFile.io.ts";
import type { RawLine } from "../../util/lineSplitter.ts";
import { BatchFixer, type FixOptions, type FixSummary } from "../fixes/fixer.ts";
import { readLines, type ReadLinesOptions } from "./readLines.io.ts";

export type FixFileOptions = FixOptions & Pick<ReadLinesOptions, "onProgress" | "signal">;

/** A line that cannot be held in memory, so neither mended nor copied: nothing was written. */
export class LineTooLongError extends Error {
  override name = "LineTooLongError";
}

/**
 * Mends a batch file of any size, streaming, into `output`, which may be the input: it appears whole or not at all, and
 * with the permissions of the input. Throws LineTooLongError, what the file system throws, and the signal's reason.
 */
export async function fixFile(input: string, output: string, options: FixFileOptions): Promise<FixSummary> {
  const { mode } = await stat(input);
  let summary: FixSummary | undefined;
  await replaceFile(output, async (file) => {
    summary = await fixThrough(input, options, (piece) => file.writeFile(piece));
    await file.chmod(mode & 0o7777);
  });
  if (summary === undefined) throw new Error("replaceFile returned without writing");
  return summary;
}

/** What fixFile would do, without doing it. Throws as it does. */
export function previewFix(input: string, options: FixFileOptions): Promise<FixSummary> {
  return fixThrough(input, options, () => Promise.resolve());
}

async function fixThrough(
  input: string,
  { onProgress, signal, ...options }: FixFileOptions,
  write: (piece: Buffer) => Promise<void>,
): Promise<FixSummary> {
  let pieces: Buffer[] = [];
  let sizeBytes = 0;
  const fixer = new BatchFixer(options, randomInt(2 ** 32), (piece) => void pieces.push(piece));
  const afterChunk = async () => {
    const written = Buffer.concat(pieces);
    pieces = [];
    sizeBytes += written.length;
    await write(written);
  };
  const sink = {
    push: (line: RawLine) => {
      if (line.omittedBytes !== undefined) throw new LineTooLongError(`Line ${line.number} is too long to be mended.`);
      fixer.push(line);
    },
    markUtf16: () => {
      fixer.markUtf16();
    },
  };
  await readLines(input, sink, { afterChunk, ...(onProgress && { onProgress }), ...(signal && { signal }) });
  fixer.finish();
  await afterChunk();
  return fixer.summary(sizeBytes);
}
