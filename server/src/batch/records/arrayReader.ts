import type { TextFinding } from "../finding.ts";
import { diagnose } from "../json/diagnose.ts";
import { endOfString, isBlank, skipSpace } from "../json/cursor.ts";
import { Nesting } from "../json/nesting.ts";
import { parsed } from "../json/parsed.ts";
import { isRequest } from "./parseRecord.ts";
import type { RecordSink } from "./record.ts";

/** An element that is still open after so much will not end: what follows is read as lines. */
const MAX_ELEMENT_CHARACTERS = 64_000_000;

const bareBracket = /^[ \t\r]*\[[ \t\r]*$/;

/**
 * Whether a file that begins with this line is one array of requests. "maybe": the next line decides, since the line is
 * only a bracket, or a whole element without the comma or bracket that should follow, which most likely is just broken.
 */
export function opensArray(text: string): "yes" | "maybe" | "no" {
  if (bareBracket.test(text)) return "maybe";
  if (!/^[ \t\r]*\[[ \t\r]*\{/.test(text)) return "no";
  const isClosed = new Nesting().read(text, text.indexOf("[")) !== -1;
  const elementIsOpen = new Nesting().read(text, text.indexOf("{")) === -1;
  return isClosed || elementIsOpen || /,[ \t\r]*$/.test(text) ? "yes" : "maybe";
}

/** Whether the line after a "maybe" goes on with the array, or ends it. */
export function continuesArray(first: string, next: string): boolean {
  return (bareBracket.test(first) ? /^[ \t]*\{/ : /^[ \t]*[,\]]/).test(next);
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
  #lastComma = { line: 0, position: 0 };
  /** What stood before: decides whether a comma must follow, or must not. */
  #previous: "open" | "element" | "comma" = "open";

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(line: number, text: string): void {
    if (this.#element !== null && beginsAnother(text, this.#element)) this.#finish(this.#element);
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
    if (isBlank(character)) return position + 1;
    if (character === ",") this.#comma(line, position);
    else if (character === "]") return this.#close(line, text, position);
    else return this.#beginElement(line, text, position);
    return position + 1;
  }

  #comma(line: number, position: number): void {
    if (this.#previous === "element") {
      this.#previous = "comma";
      this.#lastComma = { line, position };
    } else {
      this.#problem(line, "json.extraComma", "There is a comma too many here.", position, position + 1);
    }
  }

  #close(line: number, text: string, position: number): number {
    if (this.#previous === "comma") {
      const { line: commaLine, position: at } = this.#lastComma;
      this.#problem(commaLine, "json.trailingComma", "There is a comma after the last element.", at, at + 1);
    }
    this.isOver = true;
    const start = skipSpace(text, position + 1);
    if (start < text.length) {
      const rest = text.slice(start).trimEnd();
      const message = "There is something after the end of the array.";
      this.#problem(line, "json.trailingText", message, start, start + rest.length);
      // What it is, is for whoever looks at records: nothing of a file is passed over.
      this.#finish({ line, column: start + 1, pieces: [rest] });
    }
    return text.length;
  }

  #beginElement(line: number, text: string, position: number): number {
    if (this.#previous === "element") {
      this.#problem(line, "json.missingComma", "A comma is missing before this element.", position, position + 1);
    }
    const character = text[position];
    const place = { line, column: position + 1 };
    if (character === "{" || character === "[") {
      this.#element = { ...place, pieces: [], characters: 0, nesting: new Nesting() };
      return this.#continueElement(this.#element, text, position);
    }
    const end = endOfScalar(text, position);
    this.#finish({ ...place, pieces: [text.slice(position, end)] });
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

  #finish({ line, column, pieces }: Pick<OpenElement, "line" | "column" | "pieces">): void {
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

/**
 * Whether a line shows that the element before it, still open, was broken: it opens a brace in the very column where
 * that one began, or is a whole request.
 */
function beginsAnother(text: string, { column }: OpenElement): boolean {
  if (text[column - 1] === "{" && isBlank(text.slice(0, column - 1))) return true;
  const whole = /^[ \t]*(\{.*\})[ \t]*,?[ \t\r]*$/.exec(text)?.[1];
  return whole !== undefined && isRequest(parsed(whole));
}

function endOfScalar(text: string, start: number): number {
  if (text[start] === '"') {
    const end = endOfString(text, start);
    return end === -1 ? text.length : end;
  }
  const match = /[,\] \t\r]/.exec(text.slice(start + 1));
  return match === null ? text.length : start + 1 + match.index;
}
