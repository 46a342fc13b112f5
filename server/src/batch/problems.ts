import type { Problem } from "../protocol/problem.ts";
import { isTextFinding, type AnyFinding, type TextFinding } from "./finding.ts";
import { placeOf } from "./json/locate.ts";
import type { SourceRecord } from "./records/record.ts";
import type { FileFinding } from "./rules/file.ts";

/** A finding as it is shown: with its place in the file. */
export function problemOf(finding: AnyFinding, record: SourceRecord, customId: string | null): Problem {
  const place = isTextFinding(finding) ? finding : placeOf(record.text, finding);
  const start = positionOf(record, place.start);
  const end = positionOf(record, place.end);
  return {
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    customId,
    fix: finding.fix?.kind ?? null,
    ...(finding.related && { related: finding.related }),
  };
}

/** Line and column, both from 1, of an offset in a record's text. */
export function positionOf(
  { text, line, column, endLine }: Pick<SourceRecord, "text" | "line" | "column" | "endLine">,
  offset: number,
): { line: number; column: number } {
  if (line === endLine) return { line, column: column + offset };
  let lineStart = 0;
  let lines = 0;
  for (;;) {
    const end = text.indexOf("\n", lineStart);
    if (end === -1 || end >= offset) break;
    lineStart = end + 1;
    lines += 1;
  }
  return { line: line + lines, column: (lines === 0 ? column : 1) + offset - lineStart };
}

/** A finding between records, whose offsets count in its line. */
export function problemInLine({ code, severity, message, start, end, fix }: TextFinding, line: number): Problem {
  const place = { line, column: start + 1, endLine: line, endColumn: end + 1 };
  return { ...place, code, severity, message, customId: null, fix: fix?.kind ?? null };
}

/** A finding about the whole file: it is told at its first line. */
export function problemOfFile({ code, severity, message, fix }: FileFinding): Problem {
  return { line: 1, column: 1, endLine: 1, endColumn: 1, code, severity, message, customId: null, fix };
}

/** The custom_id of a record, also of a broken one where it stands in the usual place: first. */
export function customIdOf({ text, value }: SourceRecord): string | null {
  if (value !== undefined) {
    const id = typeof value === "object" && value !== null && "custom_id" in value ? value.custom_id : undefined;
    return typeof id === "string" ? id : null;
  }
  const match = /^\s*\{\s*"custom_id"\s*:\s*"((?:[^"\\\n]|\\["\\/])*)"/.exec(text.slice(0, 10_000));
  return match?.[1]?.replace(/\\(.)/g, "$1") ?? null;
}
