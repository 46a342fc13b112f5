import type { FixKind } from "../../protocol/problem.ts";
import { isTextFinding, type AnyFinding, type TextFinding } from "../finding.ts";
import { applyEdits } from "../json/applyEdits.ts";
import { parsed } from "../json/parsed.ts";
import { applyAll } from "./applyEdit.ts";

export interface Mended {
  text: string;
  /** What JSON.parse makes of it; undefined when it is not JSON. */
  value: unknown;
  /** Codes of the problems that were mended, one for each time. */
  applied: string[];
  /** What is left to say about the text. */
  left: readonly AnyFinding[];
}

/** Whether the fix of a problem with this code is to be made. */
export type MayFix = (code: string, kind: FixKind) => boolean;

/**
 * Mends a record's syntax. Its problems come with the promise that their fixes together make it JSON, so all are made
 * or none. Returns null when none was; a line that held several requests comes back as several lines.
 */
export function mendSyntax(text: string, problems: readonly TextFinding[], mayFix: MayFix): string | null {
  const fixes = problems.flatMap((problem) => (isFixable(problem, mayFix) ? [problem.fix] : []));
  if (fixes.length < problems.length || fixes.length === 0) return null;
  return applyEdits(
    text,
    fixes.flatMap((fix) => fix.edits),
  );
}

/** More rounds than a line has mistakes: a guard against two fixes that undo each other. */
const MAX_ROUNDS = 100;

/**
 * Mends what the rules find in text that is JSON, one fix at a time, until none is left that may be made. A fix that
 * does not fit, or would leave something that is not JSON, is left out.
 */
export function mendRequest(
  text: string,
  value: unknown,
  judge: (text: string, value: unknown) => readonly AnyFinding[],
  mayFix: MayFix,
): Mended {
  const applied: string[] = [];
  let current = { text, value };
  let findings = judge(text, value);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = firstChange(current.text, findings, mayFix);
    if (next === null) break;
    applied.push(next.code);
    current = { text: next.text, value: next.value };
    findings = judge(next.text, next.value);
  }
  return { ...current, applied, left: findings };
}

interface Change {
  code: string;
  text: string;
  value: unknown;
}

function firstChange(text: string, findings: readonly AnyFinding[], mayFix: MayFix): Change | null {
  for (const finding of findings) {
    if (!isFixable(finding, mayFix)) continue;
    const next = withFix(text, finding);
    const value = next === null || next === text ? undefined : parsed(next);
    if (next !== null && value !== undefined) return { code: finding.code, text: next, value };
  }
  return null;
}

/** The text with the finding's fix made; null when it does not fit. */
export function withFix(text: string, finding: AnyFinding): string | null {
  if (finding.fix === undefined) return null;
  return isTextFinding(finding) ? applyEdits(text, finding.fix.edits) : applyAll(text, finding.fix.edits);
}

function isFixable<T extends AnyFinding>(finding: T, mayFix: MayFix): finding is T & { fix: NonNullable<T["fix"]> } {
  return finding.fix !== undefined && mayFix(finding.code, finding.fix.kind);
}
