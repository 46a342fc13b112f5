import type { ResultRow, ResultsFile } from "./resultsFile.ts";

/** The page docs/benchmarks.md: every figure with its bar, and the missed ones first of all. */
export function benchmarksPage(file: ResultsFile, about: Readonly<Record<string, string>>): string {
  const groups = Object.entries(about).map(([group, line]) =>
    section(
      group,
      line,
      file.results.filter((row) => row.group === group),
      file,
    ),
  );
  return `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- NAME…\` measures some groups again and keeps the rest. A figure with a
bar is a ratio of two things measured side by side in one go, or a figure that does not depend on the machine's speed.

- Machine: ${file.machine}
- Date: ${file.date} (rows of another day say so)
- ${verdict(file.results)}

${groups.filter((text) => text !== "").join("\n")}`;
}

function verdict(rows: readonly ResultRow[]): string {
  const barred = rows.filter((row) => row.holds !== null);
  const missed = barred.filter((row) => row.holds === false);
  if (barred.length === 0) return "Nothing that has a bar was measured yet.";
  if (missed.length === 0) return `All ${barred.length} bars hold.`;
  return `**${missed.length} of ${barred.length} bars missed:** ${missed.map((row) => row.name).join("; ")}`;
}

function section(group: string, about: string, rows: readonly ResultRow[], file: ResultsFile): string {
  if (rows.length === 0) return "";
  const table = rows.map(
    (row) => `| ${cell(row.name)} | ${figure(row)} | ${bar(row)} | ${holds(row)} | ${cell(detail(row, file))} |`,
  );
  return `## ${group}

${about}

| what | measured | bar | holds | how, and the raw figures |
| --- | --- | --- | --- | --- |
${table.join("\n")}
`;
}

function figure(row: ResultRow): string {
  return Number.isNaN(row.value) ? "not measured" : `${rounded(row.value)} ${cell(row.unit)}`.trim();
}

function bar(row: ResultRow): string {
  return row.bar === null ? "" : `${row.comparison === "<=" ? "at most" : "at least"} ${rounded(row.bar)}`;
}

function holds(row: ResultRow): string {
  if (row.holds === null) return "";
  return row.holds ? "yes" : "**missed**";
}

function detail(row: ResultRow, file: ResultsFile): string {
  const day = row.date.slice(0, 10);
  const other = [
    ...(day === file.date.slice(0, 10) ? [] : [`measured ${day}`]),
    ...(row.machine === undefined ? [] : [`on ${row.machine}`]),
  ];
  return other.length === 0 ? row.detail : `${row.detail} (${other.join(", ")})`;
}

/** Three significant digits for small figures, whole ones for large: enough to compare, no false precision. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}
