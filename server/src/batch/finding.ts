import type { FixKind, Severity } from "../protocol/problem.ts";

/** Keys and indexes from the root of the line's object: `["body", "messages", 0, "role"]`. */
export type JsonPath = readonly (string | number)[];

/** A change of the parsed line, made in its text with as few bytes touched as can be. */
export type Edit =
  | { op: "replace"; path: JsonPath; value: unknown }
  /** A property or an element, with its comma. */
  | { op: "remove"; path: JsonPath }
  | { op: "rename"; path: JsonPath; key: string }
  /** Adds a property to the object at `path`: after `after` when given and there, else as the last. */
  | { op: "insert"; path: JsonPath; key: string; value: unknown; after?: string }
  /** Moves the properties of the object at `path` into its parent, in its place (raw text is kept). */
  | { op: "lift"; path: JsonPath }
  /** Replaces a string by the JSON text that it holds. */
  | { op: "unquote"; path: JsonPath };

export interface Fix {
  kind: FixKind;
  /** In the imperative: `Replace "llama3.1:8b" by "meta-llama/Llama-3.1-8B-Instruct"`. */
  title: string;
  edits: readonly Edit[];
}

/** What a rule says about a line that is JSON. Its place is a path; text offsets are looked up only when it is shown. */
export interface Finding {
  code: string;
  severity: Severity;
  message: string;
  path: JsonPath;
  /** Underline the value, or the key that names it. */
  at: "value" | "key";
  fix?: Fix;
  related?: { line: number; message: string };
  /** A hint that holds for all such lines of a file: told for the first one only. */
  oncePerFile?: true;
}

export type Report = (finding: Finding) => void;

/** Replaces the UTF-16 units from `start` to `end` (exclusive) of a record's text. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/** What is said about the text itself, where there is no tree to point into: syntax, encoding, duplicate keys. */
export interface TextFinding {
  code: string;
  severity: Severity;
  message: string;
  /** UTF-16 offsets in the record's text, the end exclusive. */
  start: number;
  end: number;
  fix?: { kind: FixKind; title: string; edits: readonly TextEdit[] };
  related?: { line: number; message: string };
}

export type AnyFinding = Finding | TextFinding;

export function isTextFinding(finding: AnyFinding): finding is TextFinding {
  return "start" in finding;
}
