import { type FileHandle, open, stat } from "node:fs/promises";
import { errorCodeOf, messageOf } from "../../../util/unknown.ts";
import { LogLines } from "../logLines.ts";
import { rotateLog } from "./rotateLog.io.ts";

const POLL_MS = 50;
const CHUNK_BYTES = 1 << 18;
const TRANSCRIPT_BYTES = 4 << 20;

export interface FollowOptions {
  file: string;
  /** Where in the file the life begins that is followed, in bytes. */
  start: number;
  /** Its older part has been moved to `.1` since then. */
  rotated: boolean;
  /** A larger one is rotated. */
  limitBytes: number;
}

/**
 * Reads a log while others write it. They write to the file and not to us: whoever reads may die, or be slow, without
 * holding them up.
 */
export class LogFollower {
  readonly lines = new LogLines();
  /** Why the log cannot be read or rotated; null: all is well. */
  fault: string | null = null;
  readonly #log: FileHandle;
  readonly #options: FollowOptions;
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #position: number;
  #limitBytes: number;
  /** Where what belongs to this life begins in the file, and in its predecessor; null: there is nothing of it there. */
  #lifeStart: number;
  #olderStart: number | null;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(log: FileHandle, sizeBytes: number, options: FollowOptions) {
    this.#log = log;
    this.#options = options;
    this.#limitBytes = options.limitBytes;
    const isRotated = options.rotated || options.start > sizeBytes;
    this.#lifeStart = isRotated ? 0 : options.start;
    this.#olderStart = isRotated ? 0 : null;
    this.#position = Math.max(this.#lifeStart, sizeBytes - TRANSCRIPT_BYTES);
  }

  static async open(options: FollowOptions): Promise<LogFollower> {
    const log = await open(options.file, "r+");
    const follower = new LogFollower(log, (await log.stat()).size, options);
    follower.#again();
    return follower;
  }

  /** Reads all that is there by now, and takes what has no line end yet for a line. */
  async drain(): Promise<void> {
    await this.#read();
    this.lines.flush();
  }

  /** What this life has printed, or the last 4 MiB of it. After `close` as well. */
  async transcript(): Promise<string> {
    await this.#read();
    return await this.#inTurn(() => this.#readTranscript());
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.drain();
    await this.#inTurn(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      clearTimeout(this.#timer);
      await this.#log.close();
    });
  }

  #again(): void {
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#read().then(() => this.#again()), POLL_MS);
  }

  /** Reads one after another, whoever asks. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<void> {
    try {
      await this.#inTurn(() => this.#readNew());
    } catch (error) {
      this.fault = `The log ${this.#options.file} cannot be read or rotated: ${messageOf(error)}`;
    }
  }

  async #readNew(): Promise<void> {
    if (this.#isClosed) return;
    const { size } = await this.#log.stat();
    // Emptied by somebody else.
    if (size < this.#position) this.#wasCut();
    // To the end as it was when we began: one that is written without pause must not keep us.
    while (this.#position < size) {
      const { bytesRead } = await this.#log.read(this.#buffer, 0, CHUNK_BYTES, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      this.lines.push(this.#buffer.subarray(0, bytesRead));
    }
    if (this.#position > this.#limitBytes) await this.#rotate();
  }

  async #readTranscript(): Promise<string> {
    const { file } = this.#options;
    const current = await readEnd(file, this.#lifeStart, TRANSCRIPT_BYTES);
    const room = TRANSCRIPT_BYTES - current.length;
    if (this.#olderStart === null || room === 0) return current.toString("utf8");
    const older = await readEnd(`${file}.1`, this.#olderStart, room);
    return Buffer.concat([older, current]).toString("utf8");
  }

  async #rotate(): Promise<void> {
    // A disk that is full for the copy is not asked again with every line.
    this.#limitBytes = this.#position + this.#options.limitBytes;
    await rotateLog(this.#log, this.#options.file, this.#position, (bytes) => {
      this.#position += bytes.length;
      this.lines.push(bytes);
    });
    this.#limitBytes = this.#options.limitBytes;
    this.fault = null;
    this.#olderStart = this.#lifeStart;
    this.#wasCut();
  }

  #wasCut(): void {
    this.#position = 0;
    this.#lifeStart = 0;
  }
}

/** The last `most` bytes of a file from `start` on; nothing when it is not there. */
async function readEnd(file: string, start: number, most: number): Promise<Buffer> {
  let log;
  try {
    log = await open(file, "r");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const from = Math.max(start, (await log.stat()).size - most);
    const buffer = Buffer.alloc(most);
    let length = 0;
    for (;;) {
      const { bytesRead } = await log.read(buffer, length, most - length, from + length);
      length += bytesRead;
      if (bytesRead === 0 || length === most) return buffer.subarray(0, length);
    }
  } finally {
    await log.close();
  }
}

/** When the newest of the older parts of a log was written; null when there is none. */
export async function rotatedAt(file: string): Promise<Date | null> {
  try {
    return (await stat(`${file}.1`)).mtime;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return null;
    throw error;
  }
}
