const LF = 0x0a;

/** One line of a file, as bytes. */
export interface RawLine {
  /** From 1. */
  number: number;
  /** Offset of the first byte in the file. */
  byteOffset: number;
  /**
   * The bytes without the LF that ended the line (a CR before it is still there). Valid only until the next call of
   * push: copy what must live longer.
   */
  bytes: Buffer;
  /** False only for a last line without LF. */
  terminated: boolean;
  /** What the bytes say in UTF-8, when somebody knows it already. */
  text?: string;
  /** Only for a line that is longer than the splitter's limit: its whole length. Its bytes are left out. */
  omittedBytes?: number;
}

/**
 * Cuts a stream of chunks into lines at LF. A line that lies within one chunk is not copied. Holds at most one
 * unfinished line in memory.
 */
export class LineSplitter {
  #number = 0;
  #lineOffset = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  readonly #maxLineBytes: number;

  /** @param maxLineBytes of a longer line only the length is told, so that it cannot fill the memory */
  constructor(maxLineBytes = Infinity) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes of the line that has begun and not ended. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  push(chunk: Buffer, onLine: (line: RawLine) => void): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LF, start);
      if (end === -1) break;
      this.#emit(chunk.subarray(start, end), true, onLine);
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#pendingBytes += chunk.length - start;
      if (this.#pendingBytes > this.#maxLineBytes) this.#pending = [];
      // The reader may use its buffer again, so what waits for its end is copied.
      else this.#pending.push(Buffer.from(chunk.subarray(start)));
    }
  }

  /** The last line, when it has no LF. */
  end(onLine: (line: RawLine) => void): void {
    if (this.#pendingBytes > 0) this.#emit(Buffer.alloc(0), false, onLine);
  }

  #emit(tail: Buffer, terminated: boolean, onLine: (line: RawLine) => void): void {
    const sizeBytes = this.#pendingBytes + tail.length;
    const isTooLong = sizeBytes > this.#maxLineBytes;
    const bytes = isTooLong ? Buffer.alloc(0) : this.#pendingBytes > 0 ? Buffer.concat([...this.#pending, tail]) : tail;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#number += 1;
    const byteOffset = this.#lineOffset;
    this.#lineOffset += sizeBytes + (terminated ? 1 : 0);
    const line = { number: this.#number, byteOffset, bytes, terminated };
    onLine(isTooLong ? { ...line, omittedBytes: sizeBytes } : line);
  }
}
