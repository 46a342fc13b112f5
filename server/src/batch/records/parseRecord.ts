import { isObject } from "../../util/unknown.ts";
import type { TextFinding } from "../finding.ts";
import { diagnose } from "../json/diagnose.ts";
import { parsed } from "../json/parsed.ts";

const BYTE_ORDER_MARK = "\ufeff";

/** A line that is a whole request does not belong to the object before it, even if that is still open. */
export function isRequest(value: unknown): boolean {
  return isObject(value) && "custom_id" in value;
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
