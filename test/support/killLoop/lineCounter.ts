import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errorCodeOf } from "../../../server/src/util/unknown.ts";

const LF = 0x0a;

/** Counts the whole lines of a file that grows, reading only what is new. A torn end that is cut off is no line. */
export class LineCounter {
  readonly #file: string;
  readonly #buffer = Buffer.alloc(1 << 20);
  #lines = 0;
  #position = 0;

  constructor(file: string) {
    this.#file = file;
  }

  count(): number {
    const file = this.#open();
    if (file === null) return 0;
    try {
      this.#position = Math.min(this.#position, fstatSync(file).size);
      for (;;) {
        const size = readSync(file, this.#buffer, 0, this.#buffer.length, this.#position);
        if (size === 0) return this.#lines;
        this.#position += size;
        for (let at = this.#buffer.indexOf(LF); at !== -1 && at < size; at = this.#buffer.indexOf(LF, at + 1)) {
          this.#lines += 1;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  #open(): number | null {
    try {
      return openSync(this.#file, "r");
    } catch (error) {
      if (errorCodeOf(error) === "ENOENT") return null;
      throw error;
    }
  }
}
