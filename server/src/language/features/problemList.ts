import type { Problem, ProblemCounts } from "../../protocol/problem.ts";

/** A text with more lines is nothing that an editor shows or a person reads. */
export const MAX_LISTED = 100_000;

/** All problems of a file as a text for a person: where, how bad, which rule, and why. */
export function problemListText({ error, warning, info }: ProblemCounts, problems: readonly Problem[]): string {
  const lines = problems.map(
    ({ line, column, severity, code, message }) => `${line}:${column} ${severity} ${code} ${message}`,
  );
  const hidden = error + warning + info - problems.length;
  const more = hidden > 0 ? [`… and ${grouped(hidden)} more.`] : [];
  const head = [count(error, "error"), count(warning, "warning"), count(info, "hint")].join(", ");
  return `${[head, "", ...lines, ...more].join("\n")}\n`;
}

function count(number: number, word: string): string {
  return `${grouped(number)} ${word}${number === 1 ? "" : "s"}`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
