/**
 * What is wrong with text that is not JSON, in one pass with a stack of its own: any depth and any length are fine.
 * It agrees with RFC 8259 on what is JSON (tests hold it against JSON.parse), and goes on after most mistakes, so that
 * all of a line are told at once.
 */
import type { TextFinding } from "../finding.ts";
import { applyEdits } from "./applyEdits.ts";
import { Grammar } from "./grammar.ts";
import { parsed } from "./parsed.ts";
import { judgeShape } from "./shape.ts";

/** More in one line say nothing new. */
const MAX_FINDINGS = 20;

/** A line written in another language's way has these by the dozen: they are told once, and mended together. */
const toldOnce: ReadonlySet<string> = new Set([
  "json.singleQuotes",
  "json.smartQuotes",
  "json.pythonLiteral",
  "json.unquotedKey",
  "json.comment",
  "json.strangeSpace",
  "json.controlCharacter",
  "json.badEscape",
]);

/** At least one finding for text that JSON.parse refuses, none for any other. In the order of the text. */
export function diagnose(text: string): TextFinding[] {
  if (parsed(text) !== undefined) return [];
  const shape = judgeShape(text);
  if (shape !== null) return [shape];
  const findings = new Grammar(text).run().toSorted((a, b) => a.start - b.start);
  // Were the grammar wrong somewhere, a line must still not pass for good.
  if (findings.length === 0) return [{ ...notJson, end: text.length }];
  return withHonestFixes(text, merged(findings)).slice(0, MAX_FINDINGS);
}

const notJson: TextFinding = {
  code: "json.unexpectedCharacter",
  severity: "error",
  message: "This is not JSON.",
  start: 0,
  end: 0,
};

function merged(findings: readonly TextFinding[]): TextFinding[] {
  const firsts = new Map<string, TextFinding[]>();
  const groups: TextFinding[][] = [];
  for (const finding of findings) {
    const group = toldOnce.has(finding.code) ? firsts.get(finding.code) : undefined;
    if (group !== undefined) group.push(finding);
    else {
      const started = [finding];
      groups.push(started);
      firsts.set(finding.code, started);
    }
  }
  return groups.flatMap((group) => joined(group) ?? []);
}

/** One finding for several of a kind: at the place of the first, with the edits of all. */
function joined(group: readonly TextFinding[]): TextFinding | undefined {
  const [first] = group;
  if (first === undefined || group.length === 1) return first;
  const { fix: firstFix, ...finding } = first;
  const message = `${first.message} The line has ${group.length} of these.`;
  const edits = group.flatMap(({ fix }) => fix?.edits ?? []);
  const fixes = group.map(({ fix }) => fix);
  if (firstFix === undefined || fixes.includes(undefined)) return { ...finding, message };
  const kind = fixes.every((fix) => fix?.kind === "safe") ? "safe" : "suggested";
  return { ...finding, message, fix: { kind, title: firstFix.title, edits } };
}

/**
 * A fix is only offered where the fixes of the line together make it JSON, and only called safe where the safe ones
 * alone do: half a repair helps nobody.
 */
function withHonestFixes(text: string, findings: TextFinding[]): TextFinding[] {
  const fixes = findings.map((finding) => finding.fix);
  const edits = fixes.flatMap((fix) => fix?.edits ?? []);
  const mends = !fixes.includes(undefined) && isJsonLines(applyEdits(text, edits));
  if (!mends) return findings.map(({ fix: _, ...finding }) => finding);
  if (fixes.every((fix) => fix?.kind === "safe")) return findings;
  return findings.map((finding) =>
    finding.fix === undefined ? finding : { ...finding, fix: { ...finding.fix, kind: "suggested" } },
  );
}

/** One value, or several of them with a line for each. */
function isJsonLines(text: string): boolean {
  return parsed(text) !== undefined || text.split("\n").every((line) => parsed(line) !== undefined);
}
