import type { TextEdit, TextFinding } from "../finding.ts";
import { mendEscape } from "./escapes.ts";

export interface ReadString {
  /** The offset after the closing quote, or the end of the text. */
  end: number;
  closed: boolean;
  findings: TextFinding[];
}

interface Style {
  closers: string;
  code: string;
  message: string;
}

const single: Style = {
  closers: "'",
  code: "json.singleQuotes",
  message: 'JSON writes text in double quotes ("), not in single ones.',
};
const backtick: Style = {
  ...single,
  closers: "`",
  message: 'JSON writes text in double quotes ("), not in backticks.',
};
const smart: Style = {
  closers: '\u201d\u201c"',
  code: "json.smartQuotes",
  message: 'JSON writes text in straight quotes ("). Word processors put curly ones in their place.',
};
const styles: Readonly<Record<string, Style>> = {
  "'": single,
  "`": backtick,
  "\u2018": { ...smart, closers: "\u2019\u2018" },
  "\u2019": { ...smart, closers: "\u2019" },
};

/** A text that needs more repairs than this stays as it is: nobody wrote it, and the list would fill the memory. */
const MAX_EDITS = 100_000;

/** What is found in one string: one finding of a kind for the whole of it, at the first place. */
interface Repairs {
  quotes: TextEdit[];
  controls: { start: number; edits: TextEdit[] } | null;
  escapes: { start: number; end: number; isSafe: boolean; edits: TextEdit[] } | null;
}

/** Reads the string that opens at `open`, in whatever kind of quotes. */
export function readString(text: string, open: number): ReadString {
  const quote = text[open] ?? "";
  const style = quote === '"' ? null : (styles[quote] ?? smart);
  const closers = style === null ? '"' : style.closers;
  const repairs: Repairs = { quotes: [], controls: null, escapes: null };
  const close = scan(text, open + 1, closers, repairs);
  const end = close === -1 ? text.length : close + 1;
  const findings: TextFinding[] = [];
  if (style !== null && close !== -1) findings.push(quoteFinding(style, open, close, repairs.quotes));
  addControls(findings, text, repairs);
  addEscapes(findings, repairs);
  return { end, closed: close !== -1, findings };
}

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;

/** The offset of the closing quote, or -1. */
function scan(text: string, from: number, closers: string, repairs: Repairs): number {
  // Runs of characters that are neither quotes, backslashes nor controls are passed over natively.
  const harmless = /[ !#-&(-[\]-_a-\u2017\u201a\u201b\u201e-\uffff]+/y;
  let position = from;
  while (position < text.length) {
    const unit = text.charCodeAt(position);
    if (unit > QUOTE && unit !== BACKSLASH && unit !== APOSTROPHE) {
      harmless.lastIndex = position;
      position += harmless.exec(text)?.[0].length ?? 0;
    }
    const character = text[position];
    if (character === undefined) return -1;
    if (closers.includes(character)) return position;
    if (character === "\\") position += escape(text, position, closers, repairs);
    else {
      if (character < " ") control(text, position, repairs);
      // Only reached where something else than a double quote closes.
      else if (character === '"') add(repairs.quotes, { start: position, end: position, text: "\\" });
      position += 1;
    }
  }
  return -1;
}

function add(edits: TextEdit[], edit: TextEdit): void {
  if (edits.length < MAX_EDITS) edits.push(edit);
}

function control(text: string, position: number, repairs: Repairs): void {
  const unit = text.charCodeAt(position);
  const short: string | undefined = { 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r" }[unit];
  repairs.controls ??= { start: position, edits: [] };
  const written = short ?? `\\u${unit.toString(16).padStart(4, "0")}`;
  add(repairs.controls.edits, { start: position, end: position + 1, text: written });
}

/** Returns the length of the escape. */
function escape(text: string, start: number, closers: string, repairs: Repairs): number {
  const next = text[start + 1] ?? "";
  if (closers !== '"' && closers.includes(next)) {
    // The quote needs no escape once double quotes are around the text.
    add(repairs.quotes, { start, end: start + 1, text: "" });
    return 2;
  }
  const mended = mendEscape(text, start);
  if (mended === null) return next === "u" ? 6 : 2;
  const { length, replacement, isSafe } = mended;
  repairs.escapes ??= { start, end: start + length, isSafe: true, edits: [] };
  repairs.escapes.isSafe &&= isSafe;
  add(repairs.escapes.edits, { start, end: start + length, text: replacement });
  return length;
}

function quoteFinding({ code, message }: Style, open: number, close: number, inner: TextEdit[]): TextFinding {
  const edits = [{ start: open, end: open + 1, text: '"' }, ...inner, { start: close, end: close + 1, text: '"' }];
  const fix = { kind: "safe", title: "Use double quotes", edits } as const;
  return { code, severity: "error", message, start: open, end: close + 1, fix };
}

function addControls(findings: TextFinding[], text: string, { controls }: Repairs): void {
  if (controls === null) return;
  const { start, edits } = controls;
  const name = text.charCodeAt(start).toString(16).toUpperCase().padStart(4, "0");
  findings.push({
    code: "json.controlCharacter",
    severity: "error",
    message: `The control character U+${name} stands in a text as it is. JSON writes it ${edits[0]?.text ?? ""} (RFC 8259 §7).`,
    start,
    end: start + 1,
    fix: { kind: "safe", title: "Write control characters as escapes", edits },
  });
}

function addEscapes(findings: TextFinding[], { escapes }: Repairs): void {
  if (escapes === null) return;
  const { start, end, isSafe, edits } = escapes;
  findings.push({
    code: "json.badEscape",
    severity: "error",
    message: `JSON has no such escape (RFC 8259 §7). A backslash itself is written \\\\.`,
    start,
    end,
    fix: { kind: isSafe ? "safe" : "suggested", title: `Write ${edits[0]?.text ?? ""}`, edits },
  });
}
