import type { FixKind } from "../../protocol/problem.ts";
import type { TextFinding } from "../finding.ts";
import { judgeNumber } from "./numbers.ts";
import { readString } from "./strings.ts";
import { judgeWord } from "./words.ts";

/** `word` is a name without quotes: a key, or text, whose quotes were forgotten. */
export type TokenKind = "{" | "}" | "[" | "]" | ":" | "," | "string" | "scalar" | "word" | "junk" | "end";

export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
  /** A string whose quote is missing at the end. */
  unclosed?: boolean;
}

const punctuation: ReadonlySet<string> = new Set(["{", "}", "[", "]", ":", ","]);
const quotes: ReadonlySet<string> = new Set(['"', "'", "`", "\u201c", "\u201d", "\u201e", "\u2018", "\u2019"]);

const space = /[ \t\r\n]*/y;
/** What people take for white space, and JSON does not: no-break and other wide spaces, zero-width ones, \v, \f. */
// eslint-disable-next-line no-control-regex -- these two controls are what is looked for.
const strangeSpace = /[\u000b\u000c\u0085\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+/y;
const nul = new RegExp("\\0+", "y");
const number = /[-+]?(?:\.?\d)[\w.+-]*|[-+](?:Infinity|NaN|inf|nan)\b/y;
/** Bounded, since such a class overflows the stack of V8's engine on a hundred million characters. */
const word = /[\p{L}_$][\p{L}\p{N}_$-]{0,200}/uy;

/** Cuts text into the tokens of JSON and of what people write instead, for which it makes a finding. Never fails. */
export class Lexer {
  readonly findings: TextFinding[] = [];
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    this.#skip();
    const start = this.#position;
    const token = this.#read(start);
    this.#position = token.end;
    return token;
  }

  report(code: string, message: string, place: { start: number; end: number }, fix?: TextFinding["fix"]): void {
    const { start, end } = place;
    this.findings.push({ code, severity: "error", message, start, end, ...(fix && { fix }) });
  }

  #read(start: number): Token {
    const character = this.#text[start];
    if (character === undefined) return { kind: "end", start, end: start };
    if (isPunctuation(character)) return { kind: character, start, end: start + 1 };
    if (quotes.has(character)) return this.#string(start);
    const digits = this.#match(number, start);
    if (digits !== "") return this.#scalar(start, digits, judgeNumber(digits, start));
    const letters = this.#match(word, start);
    if (letters === "") return { kind: "junk", start, end: start + 1 };
    const judged = judgeWord(letters, start);
    return judged === "unknown"
      ? { kind: "word", start, end: start + letters.length }
      : this.#scalar(start, letters, judged);
  }

  #string(start: number): Token {
    const { end, closed, findings } = readString(this.#text, start);
    this.findings.push(...findings);
    return { kind: "string", start, end, unclosed: !closed };
  }

  #scalar(start: number, raw: string, finding: TextFinding | null): Token {
    if (finding !== null) this.findings.push(finding);
    return { kind: "scalar", start, end: start + raw.length };
  }

  /** Passes over white space, and over what stands where only white space may: each with a finding. */
  #skip(): void {
    for (;;) {
      this.#position += this.#match(space, this.#position).length;
      if (!this.#skipStrange()) return;
    }
  }

  #skipStrange(): boolean {
    const start = this.#position;
    for (const { code, message, kind, replacement, lengthAt } of skipped) {
      const end = start + lengthAt(this.#text, start);
      if (end === start) continue;
      this.#position = end;
      const edits = [{ start, end, text: replacement }];
      this.report(code, message, { start, end }, { kind, title: "Remove it", edits });
      return true;
    }
    return false;
  }

  #match(pattern: RegExp, at: number): string {
    return matchAt(pattern, this.#text, at);
  }
}

/** What stands where only white space may. */
interface Skipped {
  code: string;
  message: string;
  kind: FixKind;
  replacement: string;
  lengthAt: (text: string, at: number) => number;
}

const skipped: readonly Skipped[] = [
  {
    code: "json.comment",
    message: "JSON has no comments.",
    kind: "safe",
    replacement: "",
    lengthAt: lengthOfComment,
  },
  {
    code: "json.strangeSpace",
    message: "This space is not one of those that JSON knows (RFC 8259 §2).",
    kind: "safe",
    replacement: " ",
    lengthAt: (text, at) => matchAt(strangeSpace, text, at).length,
  },
  {
    code: "json.nulBytes",
    message: "NUL bytes, which are no text: often what a crash leaves at the end of a file.",
    kind: "suggested",
    replacement: "",
    lengthAt: (text, at) => matchAt(nul, text, at).length,
  },
];

function lengthOfComment(text: string, at: number): number {
  const isBlock = text.startsWith("/*", at);
  if (!isBlock && !text.startsWith("//", at) && text[at] !== "#") return 0;
  const close = isBlock ? text.indexOf("*/", at + 2) : text.indexOf("\n", at);
  if (close === -1) return text.length - at;
  return (isBlock ? close + 2 : close) - at;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function isPunctuation(character: string): character is "{" | "}" | "[" | "]" | ":" | "," {
  return punctuation.has(character);
}
