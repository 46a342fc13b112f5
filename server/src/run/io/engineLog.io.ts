import { appendFileSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { errorCodeOf } from "../../util/unknown.ts";

const FILE = "engine.log";
const KEPT = 2;
const LARGEST_BYTES = 16 << 20;

/** `engine.log`, and the older ones that were moved out of its way, the newest first. */
export const ENGINE_LOG_FILES = [FILE, ...Array.from({ length: KEPT }, (_, index) => `${FILE}.${index + 1}`)];

/**
 * What the engine of a run says, in the run's folder, over all its sessions. Written at the end of the turn of the
 * event loop. The engine's own log has the same lines, but of that engine alone, and is written by the engine: it is the
 * one that outlives us and is diagnosed. This one stays with the results, for whoever reads them. What the disk does not
 * take is dropped: no result depends on it, and a full disk is told by those that do.
 */
export class EngineLog {
  readonly #files: readonly string[];
  readonly #largestBytes: number;
  #lines: string[] = [];
  #bytes: number | null = null;
  #planned = false;
  #closed = false;

  /** @param largestBytes a file of this size is moved out of the way */
  constructor(folder: string, largestBytes: number = LARGEST_BYTES) {
    this.#files = ENGINE_LOG_FILES.map((name) => path.join(folder, name));
    this.#largestBytes = largestBytes;
  }

  readonly add = (line: string): void => {
    if (this.#closed) return;
    this.#lines.push(`${line}\n`);
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => this.#write());
  };

  /** Writes what there is. What comes later is not taken. */
  close(): void {
    this.#write();
    this.#closed = true;
  }

  #write(): void {
    this.#planned = false;
    const lines = Buffer.from(this.#lines.join(""));
    this.#lines = [];
    const [file] = this.#files;
    if (file === undefined || lines.length === 0) return;
    try {
      this.#bytes ??= sizeOf(file);
      if (this.#bytes > 0 && this.#bytes + lines.length > this.#largestBytes) this.#rotate();
      appendFileSync(file, lines);
      this.#bytes += lines.length;
    } catch {
      // A part of it may have been written.
      this.#bytes = null;
    }
  }

  #rotate(): void {
    for (let index = this.#files.length - 1; index > 0; index -= 1) {
      const [from, to] = [this.#files[index - 1], this.#files[index]];
      if (from !== undefined && to !== undefined) renameIfThere(from, to);
    }
    this.#bytes = 0;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
}
