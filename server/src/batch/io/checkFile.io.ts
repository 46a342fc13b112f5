import { createHash, randomInt } from "node:crypto";
import { stat } from "node:fs/promises";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { BatchChecker, type BatchSummary, type CheckOptions } from "../checker.ts";

export type { InvalidLine } from "../checker.ts";

export interface CheckFileOptions extends CheckOptions {
  onProgress?: (bytesRead: number, sizeBytes: number) => void;
  signal?: AbortSignal;
}

/** What a check found, without the hash of the file. */
export interface FileVerdict extends BatchSummary {
  sizeBytes: number;
}

export interface FileCheck extends FileVerdict {
  /** Hex, of the whole file. */
  sha256: string;
}

/**
 * Checks a batch file of any size from disk, streaming, and hashes the very bytes that it judged. Throws only what the
 * file system throws, and the signal's reason. Contents never make it throw.
 */
export async function checkFile(path: string, options: CheckFileOptions): Promise<FileCheck> {
  const hash = createHash("sha256");
  const verdict = await judgeChunks(path, options, (chunk) => void hash.update(chunk));
  return { ...verdict, sha256: hash.digest("hex") };
}

/** The same without the hash, which would take a quarter of the time. */
export function judgeFile(path: string, options: CheckFileOptions): Promise<FileVerdict> {
  return judgeChunks(path, options);
}

async function judgeChunks(
  path: string,
  { onProgress, signal, ...options }: CheckFileOptions,
  onChunk?: (chunk: Buffer) => void,
): Promise<FileVerdict> {
  const { size } = await stat(path);
  const checker = new BatchChecker(options, randomInt(2 ** 32));
  const lines = new LineSplitter();
  const onLine = checker.push.bind(checker);
  let sizeBytes = 0;
  for await (const chunk of readChunks(path)) {
    signal?.throwIfAborted();
    sizeBytes += chunk.length;
    onChunk?.(chunk);
    lines.push(chunk, onLine);
    onProgress?.(sizeBytes, size);
  }
  lines.end(onLine);
  return { ...checker.end(sizeBytes), sizeBytes };
}
