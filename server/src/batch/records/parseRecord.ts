import type { TextFinding } from "../finding.ts";
import { diagnose } from "../json/diagnose.ts";

const BYTE_ORDER_MARK = "\ufeff";

/** The value of a JSON text; undefined for text that is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is wrong with it is found out by whoever asks.
    return undefined;
  }
}

export interface ParsedText {
  text: string;
  value: unknown;
  problems: TextFinding[];
  /** How much was cut off at the beginning. */
  skipped: number;
}

/** The slow way, for text that JSON.parse refused: says why. */
export function parseBroken(text: string): ParsedText {
  if (!text.startsWith(BYTE_ORDER_MARK)) return { text, value: undefined, problems: diagnose(text), skipped: 0 };
  const rest = text.slice(1);
  const value = parsed(rest);
  const problems = [byteOrderMark, ...(value === undefined ? diagnose(rest) : [])];
  return { text: rest, value, problems, skipped: 1 };
}

/** It is invisible, and cut off before anything else is looked at: so there is no text to edit. */
const byteOrderMark: TextFinding = {
  code: "encoding.bom",
  severity: "error",
  message: "A byte order mark (U+FEFF) stands before the JSON, and JSON must not begin with one (RFC 8259 §8.1).",
  start: 0,
  end: 0,
  fix: { kind: "safe", title: "Remove the byte order mark", edits: [] },
};
