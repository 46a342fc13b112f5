import type { Problem } from "../protocol/problem.ts";
import { isTextFinding, type AnyFinding } from "./finding.ts";
import { placeOf } from "./json/locate.ts";
import type { SourceRecord } from "./records/record.ts";

/** A finding as it is shown: with its place in the file. */
export function problemOf(finding: AnyFinding, record: SourceRecord, customId: string | null): Problem {
  const place = isTextFinding(finding) ? finding : placeOf(record.text, finding);
  const start = position(record, place.start);
  const end = position(record, place.end);
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
function position({ text, line, column, endLine }: SourceRecord, offset: number): { line: number; column: number } {
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

/** The custom_id of a record, also of a broken one where it stands in the usual place: first. */
export function customIdOf({ text, value }: SourceRecord): string | null {
  if (value !== undefined) {
    const id = typeof value === "object" && value !== null && "custom_id" in value ? value.custom_id : undefined;
    return typeof id === "string" ? id : null;
  }
  const match = /^\s*\{\s*"custom_id"\s*:\s*"((?:[^"\\\n]|\\["\\/])*)"/.exec(text.slice(0, 10_000));
  return match?.[1]?.replace(/\\(.)/g, "$1") ?? null;
}
