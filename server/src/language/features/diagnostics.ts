import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver";
import type { Problem, ProblemCounts, Severity } from "../../protocol/problem.ts";
import type { CheckedText } from "../openFile.ts";

export const SOURCE = "vLLM Batch";

/** The code of the line that says that there is more than is shown. */
export const MORE_PROBLEMS = "file.moreProblems";

export interface DiagnosticContext {
  uri: string;
  maxProblems: number;
  /** The address of the page on a code. */
  pageOf: (code: string) => string;
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** Fields without effect are greyed, those with a newer name struck through, as editors do it with code. */
const tags: Readonly<Record<string, DiagnosticTag>> = {
  "body.ignored": DiagnosticTag.Unnecessary,
  "body.removed": DiagnosticTag.Deprecated,
  "body.maxTokens": DiagnosticTag.Deprecated,
};

/** What an editor shows: the most severe problems and the first, and, when all is read, one that counts the rest. */
export function diagnosticsOf({ document, shown }: CheckedText, context: DiagnosticContext): Diagnostic[] {
  const problems = shown.pick(context.maxProblems);
  const diagnostics = problems.map((problem) => knownDiagnosticOf(problem, context));
  if (!document.isRead) return diagnostics;
  const { counts } = document.summary();
  const hidden = counts.error + counts.warning + counts.info - problems.length;
  return hidden > 0 ? [moreProblems(counts, problems.length), ...diagnostics] : diagnostics;
}

/** A problem stays the same object for as long as it stays where it is: most of what is shown is as it was an edit ago. */
const known = new WeakMap<Problem, Diagnostic>();

function knownDiagnosticOf(problem: Problem, context: DiagnosticContext): Diagnostic {
  let diagnostic = known.get(problem);
  if (diagnostic !== undefined) return diagnostic;
  diagnostic = diagnosticOf(problem, context);
  known.set(problem, diagnostic);
  return diagnostic;
}

export function diagnosticOf(problem: Problem, { uri, pageOf }: DiagnosticContext): Diagnostic {
  const { code, severity, message, related } = problem;
  const tag = tags[code];
  return {
    range: rangeOf(problem),
    severity: severities[severity],
    code,
    codeDescription: { href: pageOf(code) },
    source: SOURCE,
    message,
    ...(tag !== undefined && { tags: [tag] }),
    ...(related && {
      relatedInformation: [{ location: { uri, range: lineRange(related.line - 1) }, message: related.message }],
    }),
  };
}

/** From lines and columns that count from 1. */
function rangeOf({ line, column, endLine, endColumn }: Problem): Diagnostic["range"] {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

function lineRange(line: number): Diagnostic["range"] {
  return { start: { line, character: 0 }, end: { line, character: 0 } };
}

/** The line that counts what is not shown. */
export function moreProblems(counts: ProblemCounts, shown: number): Diagnostic {
  const total = counts.error + counts.warning + counts.info;
  const parts = [count(counts.error, "error"), count(counts.warning, "warning"), count(counts.info, "hint")];
  return {
    range: lineRange(0),
    severity: DiagnosticSeverity.Information,
    code: MORE_PROBLEMS,
    source: SOURCE,
    message:
      `There are ${grouped(total)} problems in this file: ${parts.filter((part) => part !== "").join(", ")}. ` +
      `The ${grouped(shown)} most severe are shown. "Show all problems" lists the others.`,
  };
}

function count(number: number, word: string): string {
  return number === 0 ? "" : `${grouped(number)} ${word}${number === 1 ? "" : "s"}`;
}

function grouped(number: number): string {
  return number.toLocaleString("en-US");
}
