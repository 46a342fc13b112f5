import type { RawLine } from "../../util/lineSplitter.ts";
import type { TextFinding } from "../finding.ts";
import { isBlank } from "../json/cursor.ts";
import { decodeLine } from "../json/decode.ts";
import { diagnose } from "../json/diagnose.ts";
import { Nesting } from "../json/nesting.ts";
import { ArrayReader, continuesArray, opensArray } from "./arrayReader.ts";
import { parsed } from "../json/parsed.ts";
import { isRequest, parseBroken } from "./parseRecord.ts";
import type { RecordSink } from "./record.ts";

/** An object that is still open after so much is a broken line, not one that somebody printed nicely. */
const MAX_SPREAD_LINES = 10_000;
const MAX_SPREAD_CHARACTERS = 16_000_000;

interface SpreadLine {
  raw: RawLine;
  text: string;
}

interface Spread {
  lines: SpreadLine[];
  characters: number;
  nesting: Nesting;
}

/**
 * Makes records of lines: one of each line that is JSON, which is the quick way, and else finds out whether the line
 * begins an object that was printed over several lines, or a file that is one array. Holds no more than one record.
 */
export class RecordReader {
  readonly #sink: RecordSink;
  #spread: Spread | null = null;
  #array: ArrayReader | null = null;
  /** The first line, while it is not clear whether it opens an array. */
  #first: SpreadLine | null = null;
  #sawText: boolean;

  /** @param sawText whether lines with text came before: then none of these begins an array */
  constructor(sink: RecordSink, { sawText = false } = {}) {
    this.#sink = sink;
    this.#sawText = sawText;
  }

  /** Whether all lines so far have become records: nothing that follows can change what they mean. */
  get isIdle(): boolean {
    return this.#spread === null && this.#array === null && this.#first === null;
  }

  push(raw: RawLine): void {
    const { text, problem } = decodeLine(raw);
    if (this.#first !== null) this.#decideFirst(this.#first, text);
    if (this.#array !== null) {
      this.#continueArray(this.#array, raw, text, problem);
      return;
    }
    if (problem !== null) {
      this.#giveUpSpread();
      this.#broken(raw, text, [problem]);
      return;
    }
    if (!this.#sawText && this.#begin(raw, text)) return;
    const value = parsed(text);
    if (this.#spread !== null && !isRequest(value)) this.#continueSpread(this.#spread, raw, text);
    else {
      this.#giveUpSpread();
      this.#single(raw, text, value);
    }
  }

  end(): void {
    if (this.#first !== null) this.#decideFirst(this.#first, "");
    this.#giveUpSpread();
    this.#array?.end();
    this.#array = null;
  }

  /** Until the first text was seen: is the file an array? */
  #begin(raw: RawLine, text: string): boolean {
    this.#sawText = !isBlank(text);
    const opens = this.#sawText ? opensArray(text) : "no";
    if (opens === "maybe") this.#first = { raw: { ...raw, bytes: Buffer.from(raw.bytes) }, text };
    else if (opens === "yes") this.#beginArray(raw, text);
    return opens !== "no";
  }

  #beginArray(raw: RawLine, text: string): void {
    this.#sink.onArray();
    this.#array = new ArrayReader(this.#sink);
    this.#continueArray(this.#array, raw, text, null);
  }

  /** @param next the line after it; empty at the end of the file */
  #decideFirst({ raw, text }: SpreadLine, next: string): void {
    this.#first = null;
    if (continuesArray(text, next)) this.#beginArray(raw, text);
    else this.#single(raw, text, parsed(text));
  }

  #continueArray(array: ArrayReader, raw: RawLine, text: string, problem: TextFinding | null): void {
    if (problem !== null) this.#sink.onArrayProblem(raw.number, problem);
    array.push(raw.number, text);
    if (array.isOver) this.#array = null;
  }

  #single(raw: RawLine, text: string, value: unknown): void {
    if (value !== undefined) this.#line(raw, text, value, []);
    else if (isBlank(text)) this.#sink.onBlank(raw);
    else if (opensObject(text)) this.#continueSpread({ lines: [], characters: 0, nesting: new Nesting() }, raw, text);
    else this.#unreadable(raw, text);
  }

  #line(raw: RawLine, text: string, value: unknown, problems: readonly TextFinding[], column = 1): void {
    const { number: line, bytes } = raw;
    this.#sink.onRecord({ form: "line", line, column, endLine: line, text, bytes, value, problems, source: [raw] });
  }

  #broken(raw: RawLine, text: string, problems: readonly TextFinding[]): void {
    this.#sawText = true;
    this.#line(raw, text, undefined, problems);
  }

  #unreadable(raw: RawLine, text: string): void {
    const broken = parseBroken(text);
    // Editors hide the mark at the beginning of a file, and show (and count) any other.
    const column = raw.number === 1 ? 1 : 1 + broken.skipped;
    this.#line(raw, broken.text, broken.value, broken.problems, column);
  }

  /** Adds a line to an open object; the first one opens it. */
  #continueSpread(spread: Spread, raw: RawLine, text: string): void {
    const isFirst = spread.lines.length === 0;
    if (!isFirst && text.startsWith("{") && spread.lines[0]?.text.startsWith("{") === true) {
      // Not indented, as the first was: the one before was never closed, and this is the next.
      this.#giveUpSpread();
      this.#single(raw, text, parsed(text));
      return;
    }
    const end = spread.nesting.read(text, isFirst ? text.indexOf("{") : 0);
    if (isFirst && end !== -1) {
      this.#unreadable(raw, text);
      return;
    }
    spread.lines.push({ raw: { ...raw, bytes: Buffer.from(raw.bytes) }, text });
    spread.characters += text.length;
    this.#spread = spread;
    if (end !== -1) this.#finishSpread(spread);
    else if (spread.lines.length >= MAX_SPREAD_LINES || spread.characters >= MAX_SPREAD_CHARACTERS)
      this.#giveUpSpread();
  }

  #finishSpread({ lines }: Spread): void {
    this.#spread = null;
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined) return;
    const text = lines.map((line) => line.text.replace(/\r$/, "")).join("\n");
    const value = parsed(text);
    this.#sink.onRecord({
      form: "spread",
      line: first.raw.number,
      column: 1,
      endLine: last.raw.number,
      text,
      bytes: Buffer.from(text),
      value,
      problems: [spreadProblem(first.text, lines.length), ...(value === undefined ? diagnose(text) : [])],
      source: lines.map((line) => line.raw),
    });
  }

  /** It was no spread object after all: each of its lines stands for itself. */
  #giveUpSpread(): void {
    const spread = this.#spread;
    this.#spread = null;
    for (const { raw, text } of spread?.lines ?? []) {
      const value = parsed(text);
      if (value !== undefined) this.#line(raw, text, value, []);
      else if (isBlank(text)) this.#sink.onBlank(raw);
      else this.#unreadable(raw, text);
    }
  }
}

function opensObject(text: string): boolean {
  return /^[ \t]*\{/.test(text);
}

function spreadProblem(firstLine: string, count: number): TextFinding {
  return {
    code: "json.prettyPrinted",
    severity: "error",
    message: `This request is spread over ${count} lines. In a batch file each request must be on one line.`,
    start: 0,
    end: firstLine.trimEnd().length,
    fix: { kind: "safe", title: "Join the lines of this request", edits: [] },
  };
}
