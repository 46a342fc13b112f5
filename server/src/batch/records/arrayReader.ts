import type { TextFinding } from "../finding.ts";
import { diagnose } from "../json/diagnose.ts";
import { endOfString } from "../json/cursor.ts";
import { Nesting } from "../json/nesting.ts";
import { parsed } from "../json/parsed.ts";
import type { RecordSink } from "./record.ts";

/** An element that is still open after so much will not end. */
const MAX_ELEMENT_CHARACTERS = 64_000_000;

/**
 * Whether a file that begins with this line is one array of requests. A line that looks like a whole array but is not
 * closed, with lines of JSON after it, is more likely just a broken line.
 */
export function opensArray(text: string): boolean {
  if (!/^\s*\[\s*(?:\{|$)/.test(text)) return false;
  const open = text.indexOf("[");
  const isClosed = new Nesting().read(text, open) !== -1;
  const inner = text.indexOf("{", open);
  const elementIsOpen = inner !== -1 && new Nesting().read(text, inner) === -1;
  return isClosed || elementIsOpen || /[[,]\s*$/.test(text);
}

interface OpenElement {
  line: number;
  column: number;
  pieces: string[];
  characters: number;
  nesting: Nesting;
}

/** Takes a file apart that is one array of requests, however its elements lie on lines. */
export class ArrayReader {
  /** The array is closed: what follows are lines again. */
  isOver = false;
  readonly #sink: RecordSink;
  #element: OpenElement | null = null;
  #began = false;
  #firstLine = 0;
  #lastLine = 0;
  /** What stood before: decides whether a comma must follow, or must not. */
  #previous: "open" | "element" | "comma" = "open";

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(line: number, text: string): void {
    this.#lastLine = line;
    let position = 0;
    if (!this.#began) {
      this.#began = true;
      this.#firstLine = line;
      position = text.indexOf("[") + 1;
    }
    while (position < text.length && !this.isOver) position = this.#step(line, text, position);
    if (this.#element !== null) this.#element.pieces.push("\n");
  }

  end(): void {
    if (this.#element !== null) this.#finish(this.#element);
    this.#problem(this.#firstLine, "json.unexpectedEnd", "This array is never closed: its ] is missing.", 0, 1);
  }

  /** Reads one thing and returns the offset after it. */
  #step(line: number, text: string, position: number): number {
    if (this.#element !== null) return this.#continueElement(this.#element, text, position);
    const character = text[position] ?? "";
    if (/\s/.test(character)) return position + 1;
    if (character === ",") this.#comma(line, text, position);
    else if (character === "]") return this.#close(line, text, position);
    else return this.#beginElement(line, text, position);
    return position + 1;
  }

  #comma(line: number, text: string, position: number): void {
    if (this.#previous === "element") {
      this.#previous = "comma";
      if (text.trimEnd() !== "") this.#lastComma = { line, position };
    } else {
      this.#problem(line, "json.extraComma", "There is a comma too many here.", position, position + 1);
    }
  }
  #lastComma = { line: 0, position: 0 };

  #close(line: number, text: string, position: number): number {
    if (this.#previous === "comma") {
      const { line: commaLine, position: at } = this.#lastComma;
      this.#problem(commaLine, "json.trailingComma", "There is a comma after the last element.", at, at + 1);
    }
    this.isOver = true;
    const rest = text.slice(position + 1);
    if (rest.trim() !== "") {
      const start = position + 1 + rest.length - rest.trimStart().length;
      this.#problem(
        line,
        "json.trailingText",
        "There is something after the end of the array.",
        start,
        text.trimEnd().length,
      );
    }
    return text.length;
  }

  #beginElement(line: number, text: string, position: number): number {
    if (this.#previous === "element") {
      this.#problem(line, "json.missingComma", "A comma is missing before this element.", position, position + 1);
    }
    const character = text[position];
    const element = { line, column: position + 1, pieces: [], characters: 0, nesting: new Nesting() };
    if (character === "{" || character === "[") {
      this.#element = element;
      return this.#continueElement(element, text, position);
    }
    const end = endOfScalar(text, position);
    this.#finish({ ...element, pieces: [text.slice(position, end)] });
    return end;
  }

  #continueElement(element: OpenElement, text: string, position: number): number {
    const end = element.nesting.read(text, position);
    const upTo = end === -1 ? text.length : end;
    element.pieces.push(text.slice(position, upTo));
    element.characters += upTo - position;
    if (end !== -1) this.#finish(element);
    else if (element.characters > MAX_ELEMENT_CHARACTERS) {
      this.#finish(element);
      this.isOver = true;
    }
    return upTo;
  }

  #finish({ line, column, pieces }: OpenElement): void {
    this.#element = null;
    this.#previous = "element";
    const text = pieces.join("").trimEnd();
    const value = parsed(text);
    const problems = value === undefined ? diagnose(text) : [];
    const [bytes, endLine] = [Buffer.from(text), this.#lastLine];
    this.#sink.onRecord({ form: "element", line, column, endLine, text, bytes, value, problems, source: [] });
  }

  #problem(line: number, code: string, message: string, start: number, end: number): void {
    const problem: TextFinding = {
      code,
      severity: "error",
      message,
      start,
      end,
      fix: { kind: "safe", title: "Write each element on a line of its own", edits: [] },
    };
    this.#sink.onArrayProblem(line, problem);
  }
}

function endOfScalar(text: string, start: number): number {
  if (text[start] === '"') {
    const end = endOfString(text, start);
    return end === -1 ? text.length : end;
  }
  const match = /[,\]\s]/.exec(text.slice(start + 1));
  return match === null ? text.length : start + 1 + match.index;
}
