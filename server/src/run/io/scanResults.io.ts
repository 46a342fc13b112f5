/** Reads what a run has saved so far, and mends what a crash left: the output file is the checkpoint. */
import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../util/atomicFile.io.ts";
import { BitSet } from "../../util/bitSet.ts";
import { IdTable } from "../../util/idTable.ts";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { errorCodeOf } from "../../util/unknown.ts";
import { readLine, readOwnOutputLine, type KnownLine } from "../outputLine.ts";
import { ERRORS_FILE, OUTPUT_FILE } from "./resultLog.io.ts";

export interface SavedResults {
  /** All ids that have a last line in one of the two files. */
  settled: IdTable;
  /** Lines of the batch file that were never sent, by number. */
  invalidLines: BitSet;
  completed: number;
  failed: number;
  promptTokens: number;
  completionTokens: number;
  output: FileDamage;
  errors: FileDamage;
}

/** What is wrong with a file of results. */
export interface FileDamage {
  /** Bytes up to the end of the last line that can be read. */
  goodBytes: number;
  /** Bytes after that: a line that was being written when the power or the process went. */
  tornBytes: number;
  /** Numbers (from 1) of lines before that which do not belong there: unreadable, or a second line for one id. */
  unwanted: BitSet;
}

/** Room for so many ids: about, for it grows. */
export function roomFor(ids: number): IdTable {
  return new IdTable(randomBytes(4).readUInt32LE(), ids);
}

/**
 * Reads both files of a run folder. A missing file counts as empty. Throws what the file system throws.
 *
 * @param settled is emptied first, which also makes its memory really ours: what the last look at a run needs is taken
 *   at its beginning
 */
export async function scanResults(folder: string, settled = roomFor(0)): Promise<SavedResults> {
  settled.clear();
  const saved = { settled, invalidLines: new BitSet(), completed: 0, failed: 0, promptTokens: 0, completionTokens: 0 };
  const output = await scanFile(path.join(folder, OUTPUT_FILE), (line) => {
    const known = readOwnOutputLine(line) ?? readLine(line);
    if (known === null || known.customId === null || settled.add(known.customId, 1) !== undefined) return false;
    saved.completed += 1;
    saved.promptTokens += known.usage.promptTokens;
    saved.completionTokens += known.usage.completionTokens;
    return true;
  });
  const errors = await scanFile(path.join(folder, ERRORS_FILE), (line) => {
    const known = readLine(line);
    if (known === null || !isNew(known, saved)) return false;
    saved.failed += 1;
    return true;
  });
  return { ...saved, output, errors };
}

function isNew(known: KnownLine, { settled, invalidLines }: Pick<SavedResults, "settled" | "invalidLines">): boolean {
  if (!known.sent) for (let line = known.line; line <= known.endLine; line += 1) invalidLines.add(line);
  return known.customId === null || settled.add(known.customId, 1) === undefined;
}

/** @param accept says whether a line belongs there */
async function scanFile(file: string, accept: (line: Buffer) => boolean): Promise<FileDamage> {
  const damage: FileDamage = { goodBytes: 0, tornBytes: 0, unwanted: new BitSet() };
  const splitter = new LineSplitter();
  let size = 0;
  // Unreadable lines at the very end are a torn tail (a power cut may leave zero bytes); elsewhere they are unwanted.
  let pending: number[] = [];
  try {
    for await (const chunk of readChunks(file)) {
      size += chunk.length;
      splitter.push(chunk, ({ number, byteOffset, bytes }) => {
        if (!accept(bytes)) {
          pending.push(number);
          return;
        }
        for (const line of pending) damage.unwanted.add(line);
        pending = [];
        damage.goodBytes = byteOffset + bytes.length + 1;
      });
    }
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
  damage.tornBytes = size - damage.goodBytes;
  return damage;
}

/**
 * Takes away what does not belong into the two files, so that every line of them can be read and every id stands once.
 * Only for the owner of the run's lock. Returns how many bytes were cut and how many lines were dropped.
 */
export async function repairResults(folder: string, saved: SavedResults): Promise<{ bytes: number; lines: number }> {
  let [bytes, lines] = [0, 0];
  for (const [name, damage] of [
    [OUTPUT_FILE, saved.output],
    [ERRORS_FILE, saved.errors],
  ] as const) {
    const file = path.join(folder, name);
    if (damage.tornBytes > 0) await cut(file, damage.goodBytes);
    if (damage.unwanted.size > 0) await keepLines(file, (number) => !damage.unwanted.has(number));
    bytes += damage.tornBytes;
    lines += damage.unwanted.size;
  }
  return { bytes, lines };
}

async function cut(file: string, sizeBytes: number): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.truncate(sizeBytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Rewrites a file of lines, atomically, with those for which `keep` says yes. @param keep gets number and bytes */
export async function keepLines(file: string, keep: (number: number, line: Buffer) => boolean): Promise<void> {
  const splitter = new LineSplitter();
  const LF = Buffer.from("\n");
  await replaceFile(file, async (target) => {
    for await (const chunk of readChunks(file)) {
      const kept: Buffer[] = [];
      splitter.push(chunk, ({ number, bytes }) => {
        if (keep(number, bytes)) kept.push(bytes, LF);
      });
      if (kept.length > 0) await target.writeFile(Buffer.concat(kept));
    }
  });
}
