import { errorCodeOf } from "../../util/unknown.ts";
import { realFileOps, type FileOps } from "./fileOps.io.ts";

/** Somebody else cut, replaced or removed the file while we were writing it. */
export class TamperedError extends Error {
  override name = "TamperedError";
  readonly path: string;
  /** True when there is nothing at the path any more. */
  readonly removed: boolean;
  constructor(path: string, what: string, removed: boolean) {
    super(what);
    this.path = path;
    this.removed = removed;
  }
}

/**
 * A file that only grows, by whole lines. A write that fails half way is taken back, so that the same text can be
 * written again. Notices when another program changes the file.
 */
export class AppendLog {
  readonly path: string;
  readonly #ops: FileOps;
  readonly #fd: number;
  readonly #identity: { ino: number; dev: number };
  #size: number;

  /** Opens or creates the file. Throws what the file system throws. */
  constructor(path: string, ops: FileOps = realFileOps) {
    this.path = path;
    this.#ops = ops;
    // Appending: should somebody cut the file, what we write next leaves no hole of zero bytes.
    this.#fd = ops.openSync(path, "a+");
    const { size, ino, dev } = ops.fstatSync(this.#fd);
    this.#size = size;
    this.#identity = { ino, dev };
  }

  /** Bytes that were written whole. */
  get size(): number {
    return this.#size;
  }

  get fd(): number {
    return this.#fd;
  }

  /**
   * Writes all of it or none. Throws TamperedError when the file is not as we left it, and what the file system throws
   * when it cannot write.
   */
  append(lines: Buffer): void {
    this.#checkSize();
    let written = 0;
    try {
      // A disk that fills up takes a part and says so only at the next call.
      while (written < lines.length) {
        written += this.#ops.writeSync(this.#fd, lines, written, lines.length - written);
      }
    } catch (error) {
      this.#ops.ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += lines.length;
  }

  /** Makes durable what was written so far. Calls back with what went wrong, or null. */
  sync(callback: (error: Error | null) => void): void {
    this.#ops.fdatasync(this.#fd, callback);
  }

  /** Throws TamperedError unless the file at the path is the one that we write, and as long as we made it. */
  check(): void {
    this.#checkSize();
    let found;
    try {
      found = this.#ops.statSync(this.path);
    } catch (error) {
      const code = errorCodeOf(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
      throw new TamperedError(this.path, `${this.path} was removed by another program.`, true);
    }
    if (found.ino !== this.#identity.ino || found.dev !== this.#identity.dev) {
      throw new TamperedError(this.path, `${this.path} was replaced by another program.`, false);
    }
  }

  close(): void {
    this.#ops.closeSync(this.#fd);
  }

  #checkSize(): void {
    const { size } = this.#ops.fstatSync(this.#fd);
    if (size === this.#size) return;
    const what = size < this.#size ? "was cut" : "was written to";
    throw new TamperedError(
      this.path,
      `${this.path} ${what} by another program: it has ${size} bytes and should have ${this.#size}.`,
      false,
    );
  }
}
