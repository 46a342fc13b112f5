import { LineSplitter, type RawLine } from "../../../server/src/util/lineSplitter.ts";

/** Longer lines of a child's output say nothing to a person. */
const MAX_LINE_BYTES = 1 << 20;

/** Makes lines of a child's output. Empty lines are left out. */
export class LineReader {
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);
  readonly #onLine: (line: RawLine) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = ({ bytes }) => {
      const line = bytes.toString("utf8").trimEnd();
      if (line !== "") onLine(line);
    };
  }

  push(chunk: Buffer): void {
    this.#splitter.push(chunk, this.#onLine);
  }

  end(): void {
    this.#splitter.end(this.#onLine);
  }
}
