import { createHash, randomInt } from "node:crypto";
import { BatchChecker, type BatchSummary, type CheckOptions } from "../checker.ts";
import { readLines, type ReadLinesOptions } from "./readLines.io.ts";

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
  const verdict = await judge(path, options, (chunk) => void hash.update(chunk));
  return { ...verdict, sha256: hash.digest("hex") };
}

/** The same without the hash, which would take a fifth of the time. */
export function judgeFile(path: string, options: CheckFileOptions): Promise<FileVerdict> {
  return judge(path, options);
}

async function judge(
  path: string,
  { onProgress, signal, ...options }: CheckFileOptions,
  onChunk?: (chunk: Buffer) => void,
): Promise<FileVerdict> {
  const checker = new BatchChecker(options, randomInt(2 ** 32));
  const read: ReadLinesOptions = {
    ...(onChunk && { onChunk }),
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  };
  const sizeBytes = await readLines(path, checker, read);
  return { ...checker.end(sizeBytes), sizeBytes };
}
