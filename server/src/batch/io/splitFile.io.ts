import { mkdtemp, open, rm, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { BatchSplitter, type Part, type SplitRule } from "../split/splitter.ts";
import { LineTooLongError } from "./fixFile.io.ts";
import { readLines, type ReadLinesOptions } from "./readLines.io.ts";

export type SplitFileOptions = Pick<ReadLinesOptions, "onProgress" | "signal">;

/** The parts of a file, each in a file of its own in a folder that will go. */
export interface SplitFiles {
  parts: readonly Part[];
  /** Where the part of this index lies until it is moved to its place. */
  fileOf: (index: number) => string;
  /** Removes what was not moved. */
  remove: () => Promise<void>;
}

/** More files than these nobody wants: rather, the number asked for was a mistake. */
export const MAX_PARTS = 1000;

/** A split that would make more than MAX_PARTS files. */
export class TooManyPartsError extends Error {
  override name = "TooManyPartsError";
}

/**
 * Splits a batch file of any size, streaming, into files in a new hidden folder of `folder`, with the permissions of the
 * input and synced to the disk. Throws ArrayFileError, LineTooLongError, TooManyPartsError, what the file system throws,
 * and the signal's reason; then nothing is left behind.
 */
export async function splitFile(
  input: string,
  folder: string,
  rule: SplitRule,
  options: SplitFileOptions,
): Promise<SplitFiles> {
  const { mode } = await stat(input);
  const temporary = await mkdtemp(path.join(folder, ".split-"));
  const fileOf = (index: number) => path.join(temporary, String(index));
  const remove = () => rm(temporary, { recursive: true, force: true });
  try {
    const parts = await writeParts(input, rule, fileOf, options);
    for (const index of parts.keys())
      await withFile(fileOf(index), async (file) => {
        await file.chmod(mode & 0o7777);
        await file.sync();
      });
    return { parts, fileOf, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeParts(
  input: string,
  rule: SplitRule,
  fileOf: (index: number) => string,
  options: SplitFileOptions,
): Promise<readonly Part[]> {
  const pieces = new Map<number, Buffer[]>();
  const splitter = new BatchSplitter(rule, (index, piece) => {
    const waiting = pieces.get(index);
    if (waiting === undefined) pieces.set(index, [piece]);
    else waiting.push(piece);
  });
  const flush = async () => {
    if (splitter.parts.length > MAX_PARTS) throw new TooManyPartsError(`That would be more than ${MAX_PARTS} files.`);
    for (const [index, waiting] of pieces) {
      const bytes = Buffer.concat(waiting);
      await withFile(fileOf(index), (file) => file.writeFile(bytes));
    }
    pieces.clear();
  };
  await readLines(input, sinkOf(splitter), { ...options, afterChunk: flush });
  splitter.end();
  await flush();
  return splitter.parts;
}

function sinkOf(splitter: BatchSplitter): Parameters<typeof readLines>[1] {
  return {
    push: (line) => {
      if (line.omittedBytes !== undefined) throw new LineTooLongError(`Line ${line.number} is too long to be copied.`);
      splitter.push(line);
    },
    // The parts are UTF-8, which every reader takes.
    markUtf16: () => undefined,
  };
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, "a");
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
