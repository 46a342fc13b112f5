import { StringDecoder } from "node:string_decoder";
import { plainText } from "./plainText.ts";

const KEPT_LINES = 2_000;
/** A longer line is cut: a dumped scheduler state may have megabytes, and says what it is at its beginning. */
const MAX_LINE_CHARS = 16_384;

export type LineListener = (line: string) => void;

/**
 * Makes lines of the pieces in which a log is read, tells them and keeps the last. A carriage return ends a line too,
 * since progress bars are written over and over in the same one; of those only the last state is kept.
 */
export class LogLines {
  readonly #decoder = new StringDecoder("utf8");
  readonly #listeners = new Set<LineListener>();
  #kept: string[] = [];
  #pending = "";
  #lastIsOverwritten = false;
  #afterCarriageReturn = false;

  push(bytes: Buffer): void {
    this.#split(this.#decoder.write(bytes));
  }

  /** The end of what was written, for now: a line without an end is a line. */
  flush(): void {
    this.#split(this.#decoder.end());
    if (this.#pending !== "") this.#emit(false);
  }

  last(count: number): readonly string[] {
    return count <= 0 ? [] : this.#kept.slice(-Math.min(count, KEPT_LINES));
  }

  listen(listener: LineListener): () => void {
    for (const line of this.last(KEPT_LINES)) listener(line);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #split(text: string): void {
    let start = 0;
    for (const { 0: end, index } of text.matchAll(/[\r\n]/g)) {
      this.#append(text, start, index);
      start = index + 1;
      const isReturn = end === "\r";
      // The line feed of a CR LF, or the CR before a bar is drawn, ends nothing.
      const isNothing = this.#pending === "" && (isReturn || this.#afterCarriageReturn);
      this.#afterCarriageReturn = isReturn;
      if (!isNothing) this.#emit(isReturn);
      else if (!isReturn) this.#lastIsOverwritten = false;
    }
    this.#append(text, start, text.length);
    if (this.#pending !== "") this.#afterCarriageReturn = false;
  }

  #append(text: string, start: number, end: number): void {
    const room = MAX_LINE_CHARS - this.#pending.length;
    if (room > 0 && end > start) this.#pending += text.slice(start, Math.min(end, start + room));
  }

  #emit(isOverwritten: boolean): void {
    const line = plainText(this.#pending);
    this.#pending = "";
    if (this.#lastIsOverwritten) this.#kept.pop();
    this.#lastIsOverwritten = isOverwritten;
    this.#kept.push(line);
    // Cut now and then, and not for each line.
    if (this.#kept.length > 2 * KEPT_LINES) this.#kept = this.#kept.slice(-KEPT_LINES);
    for (const listener of [...this.#listeners]) listener(line);
  }
}
