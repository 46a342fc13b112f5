// Measures what this project promises: `npm run bench` all of it, `npm run bench -- NAME…` some groups. Writes
// bench/results.json and docs/benchmarks.md. Exits with 1 when a bar is missed or something could not be measured.
// `--scale 0.1` runs a tenth of the work, to try a change out: it prints, and writes nothing.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { format, resolveConfig } from "prettier";
import { errorCodeOf, messageOf } from "../server/src/util/unknown.ts";
import { replaceFile } from "../server/src/util/atomicFile.io.ts";
import { type Bench, type BenchResult } from "./bench.ts";
import { benches } from "./benches.ts";
import { benchmarksPage, rounded } from "./report/benchmarksPage.ts";
import { mergeResults, parseResults, printResults, type BenchRun, type ResultsFile } from "./report/resultsFile.ts";
import { describeMachine } from "./support/machine.ts";

const root = path.resolve(import.meta.dirname, "..");
const resultsPath = path.join(root, "bench", "results.json");
const pagePath = path.join(root, "docs", "benchmarks.md");
const log = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const { scale, names } = readArguments();
  const all = benches(scale > 0 ? scale : 1);
  const unknown = names.filter((name) => !all.some((bench) => bench.name === name));
  if (unknown.length > 0 || !(scale > 0)) {
    log(`Usage: npm run bench [-- NAME… [--scale F]]\n${all.map((b) => `  ${b.name}: ${b.about}`).join("\n")}`);
    return 2;
  }
  // What ships is what is measured.
  await execa(process.execPath, ["esbuild.js"], { cwd: root, stdio: "inherit" });
  const run = { machine: describeMachine(), date: new Date().toISOString() };
  let missed = false;
  for (const bench of names.length === 0 ? all : all.filter((one) => names.includes(one.name))) {
    log(`\n${bench.name}: ${bench.about}`);
    const results = await measure(bench);
    for (const row of results) log(`  ${oneLine(row)}`);
    missed ||= results.some((row) => row.holds === false);
    // After each group: all of them take the better part of an hour.
    if (scale === 1) await save({ ...run, groups: [{ name: bench.name, results }] }, all);
  }
  if (scale !== 1) log(`\nNothing was written: the work was scaled by ${scale}.`);
  return missed ? 1 : 0;
}

function readArguments(): { scale: number; names: string[] } {
  const options = { scale: { type: "string", default: "1" } } as const;
  // Not strict: an option that we do not have becomes a name that we do not have, and gets the usage.
  const { values, positionals, tokens } = parseArgs({ allowPositionals: true, strict: false, tokens: true, options });
  const strange = tokens.flatMap((token) => (token.kind === "option" && token.name !== "scale" ? token.rawName : []));
  return { scale: Number(values.scale), names: [...positionals, ...strange] };
}

/** A bench that fails is a row that says so, and the others still run. */
async function measure(bench: Bench): Promise<BenchResult[]> {
  try {
    return await bench.run((line) => log(`    ${line}`));
  } catch (error) {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const name = `${bench.name} could not be measured`;
    return [{ name, value: Number.NaN, unit: "", bar: null, comparison: "<=", holds: false, detail: messageOf(error) }];
  }
}

function oneLine(row: BenchResult): string {
  const bar = row.bar === null ? "" : `, bar ${row.comparison} ${rounded(row.bar)}`;
  const verdict = row.holds === null ? "" : row.holds ? ": holds" : ": MISSED";
  return `${row.name}: ${rounded(row.value)} ${row.unit}${bar}${verdict} (${row.detail})`;
}

async function save(run: BenchRun, all: readonly Bench[]): Promise<void> {
  const merged = mergeResults(
    await readOld(),
    run,
    all.map((bench) => bench.name),
  );
  const about = Object.fromEntries(all.map((bench) => [bench.name, bench.about]));
  await write(resultsPath, "json", printResults(merged));
  await write(pagePath, "markdown", benchmarksPage(merged, about));
  log(`  → ${path.relative(root, resultsPath)}, ${path.relative(root, pagePath)}`);
}

async function readOld(): Promise<ResultsFile | null> {
  try {
    return parseResults(await readFile(resultsPath, "utf8"));
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function write(file: string, parser: string, text: string): Promise<void> {
  const formatted = await format(text, { ...(await resolveConfig(file)), parser });
  await replaceFile(file, async (handle) => handle.writeFile(formatted));
}

process.exitCode = await main();
