import type { BatchSummary } from "../../batch/checker.ts";
import type { FileReport } from "../../batch/report/fileReport.ts";
import { grouped } from "./problemText.ts";

/** The report of `validate --report`, a line each. */
export function reportText(summary: BatchSummary, report: FileReport): string[] {
  const rows: [string, string][] = [
    ["requests", grouped(summary.requests)],
    ["urls", counted(summary.urls)],
    ["models", counted(summary.models)],
    ["prompt tokens", `about ${grouped(report.estimatedPromptTokens)}, ${grouped(report.meanPromptTokens)} each`],
    ["output tokens", `at most ${grouped(report.maxOutputTokens)} where limited`],
    ["shared beginnings", `${Math.round(report.sharedPrefixShare * 100)} % of the prompt text`],
    ["duplicate prompts", grouped(report.duplicatePrompts)],
    ["longest prompts", longest(report)],
    ...report.unusual.map((note): [string, string] => ["note", note]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

const SHOWN_NAMES = 8;

function counted(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = entries.slice(0, SHOWN_NAMES).map(([name, count]) => `${name} (${grouped(count)})`);
  const more = entries.length - shown.length;
  return [...shown, ...(more > 0 ? [`${grouped(more)} more`] : [])].join(", ") || "none";
}

function longest({ longestPrompts }: FileReport): string {
  const shown = longestPrompts.map(({ line, estimatedTokens }) => `line ${line} (about ${grouped(estimatedTokens)})`);
  return shown.join(", ") || "none";
}
