/** How problems, verdicts and reports look to people. Pure. */
import type { BatchSummary } from "../../batch/checker.ts";
import type { Problem } from "../../protocol/problem.ts";

/** `file:line:column severity code message`, as editors and terminals know how to follow. */
export function problemText(file: string, { line, column, severity, code, message }: Problem, repeats: number): string {
  const again = repeats === 0 ? "" : ` (and ${plural(repeats, "more line")} like this)`;
  return `${file}:${line}:${column} ${severity} ${code} ${message}${again}`;
}

/** What was found in one file, in a line, and what to do about it in a second. */
export function verdictText(file: string, summary: BatchSummary): string[] {
  const { requests, invalid, counts, safelyFixable } = summary;
  const found = [plural(counts.error, "error"), plural(counts.warning, "warning")];
  if (counts.info > 0) found.push(plural(counts.info, "hint"));
  const good = requests - invalid;
  const lines =
    counts.error + counts.warning + counts.info === 0
      ? [`${file}: ${plural(requests, "request")}, no problems.`]
      : [`${file}: ${found.join(", ")}. ${grouped(good)} of ${plural(requests, "request")} can be sent.`];
  if (safelyFixable > 0) {
    lines.push(
      `${plural(safelyFixable, "problem")} can be mended safely: vllm-batch fix ${quoted(file)} -o ${quoted(fixedName(file))}`,
    );
  }
  return lines;
}

/** `requests.jsonl` → `requests.fixed.jsonl`. */
export function fixedName(file: string): string {
  return /\.[^./\\]+$/.test(file) ? file.replace(/(\.[^./\\]+)$/, ".fixed$1") : `${file}.fixed`;
}

/** Codes and counts, the most frequent first: `url.missingSlash (3)`. */
export function codeList(byCode: Readonly<Record<string, number>>): string {
  return Object.entries(byCode)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} (${grouped(count)})`)
    .join(", ");
}

/** `1 request`, `2,000 requests`. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** For a POSIX shell. */
function quoted(file: string): string {
  return /^[\w./@%+:,=-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`;
}
