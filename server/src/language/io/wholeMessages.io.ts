import { Transform, type TransformCallback } from "node:stream";

const END_OF_HEADERS = "\r\n\r\n";

/**
 * Passes on the messages of an editor (LSP 3.17, Base Protocol), each in one piece. vscode-jsonrpc 10 keeps the pieces of
 * a message as they came, and then joins them: an editor that opens a file of 45 MB would cost its size once more. A
 * message that comes whole is taken as it is.
 */
export class WholeMessages extends Transform {
  /** What came of the headers of the next message. */
  #headers: Buffer = Buffer.alloc(0);
  /** The message that is coming, with its headers; null between messages. */
  #message: Buffer | null = null;
  #filled = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let rest = chunk; rest.length > 0;) rest = this.#message === null ? this.#begin(rest) : this.#fill(rest);
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#message !== null) this.push(this.#message.subarray(0, this.#filled));
    else if (this.#headers.length > 0) this.push(this.#headers);
    done();
  }

  /** Takes headers; returns what comes after them. */
  #begin(chunk: Buffer): Buffer {
    const bytes = this.#headers.length === 0 ? chunk : Buffer.concat([this.#headers, chunk]);
    const end = bytes.indexOf(END_OF_HEADERS);
    if (end === -1) {
      this.#headers = bytes;
      return bytes.subarray(bytes.length);
    }
    this.#headers = Buffer.alloc(0);
    const start = end + END_OF_HEADERS.length;
    const length = /^Content-Length: *(\d+)/im.exec(bytes.toString("latin1", 0, end))?.[1];
    // What is no message is for the reader to complain of.
    if (length === undefined) this.push(bytes.subarray(0, start));
    else {
      this.#message = Buffer.allocUnsafe(start + Number(length));
      this.#filled = bytes.copy(this.#message, 0, 0, start);
      if (Number(length) === 0) this.#pass(this.#message);
    }
    return bytes.subarray(start);
  }

  #fill(chunk: Buffer): Buffer {
    const message = this.#message;
    if (message === null) return chunk;
    const taken = chunk.copy(message, this.#filled);
    this.#filled += taken;
    if (this.#filled === message.length) this.#pass(message);
    return chunk.subarray(taken);
  }

  #pass(message: Buffer): void {
    this.#message = null;
    this.push(message);
  }
}
