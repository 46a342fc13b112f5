// All tests: `npm test`, or `npm test -- unit process` for some suites. Ends with one plain line of counts.
// A suite that cannot run says "skipped" and why; with CI=true a skip is a failure.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { generate } from "./generate.ts";
import { addUp, closingLine, countsOfVitest, failuresOf, isSuccess, skipReasons, type Counts } from "./testCounts.ts";

const root = path.resolve(import.meta.dirname, "..");
const reports = path.join(root, ".cache", "test");

/** What a suite came to, why something of it was skipped, and what failed. */
interface Outcome extends Counts {
  reasons?: readonly string[];
  failures?: readonly string[];
}

/** A check that passes or fails as a whole, and so counts as one test. */
function check(command: string, ...args: string[]): Outcome {
  const passed = run(command, args);
  if (passed) return { passed: 1, failed: 0, skipped: 0 };
  return { passed: 0, failed: 1, skipped: 0, failures: [[command, ...args].join(" ")] };
}

/** A vitest project. Its counts come from its report; a run without a report is one failure. */
function vitest(project: string): Outcome {
  const report = path.join(reports, `${project}.json`);
  rmSync(report, { force: true });
  const ended = run("vitest", [
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ]);
  try {
    const told: unknown = JSON.parse(readFileSync(report, "utf8"));
    const counts = countsOfVitest(told, ended);
    const failures = failuresOf(told);
    if (counts.failed > failures.length) failures.push("an error outside every test: see the output of this suite");
    return { ...counts, reasons: skipReasons(told), failures };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`The tests left no report: ${String(error)}`] };
  }
}

function run(command: string, args: readonly string[]): boolean {
  const result = spawnSync(path.join(root, "node_modules", ".bin", command), args, { cwd: root, stdio: "inherit" });
  if (result.error) console.error(`${command} did not start: ${result.error.message}`);
  return result.status === 0;
}

const suites: Readonly<Record<string, () => Outcome>> = {
  types: () => check("tsc", "-b"),
  lint: () => check("eslint", "."),
  format: () => check("prettier", "--check", "--log-level", "warn", "."),
  docs: () => check("node", "scripts/docs.ts", "--check"),
  build: () => check("node", "esbuild.js"),
  unit: () => vitest("unit"),
  process: () => vitest("process"),
  host: () => vitest("host"),
  e2e: () => vitest("e2e"),
  real: () => vitest("real"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(", ")}. The suites: ${Object.keys(suites).join(", ")}.`);
  process.exit(2);
}

mkdirSync(reports, { recursive: true });
await generate();
const counted: Counts[] = [];
const reasons: string[] = [];
const failures: string[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name}`);
  const started = performance.now();
  const { reasons: ofSuite = [], failures: failed = [], ...counts } = suite();
  counted.push(counts);
  reasons.push(...ofSuite.map((reason) => `${name}: ${reason}`));
  failures.push(...failed.map((failure) => `${name}: ${failure}`));
  console.log(`── ${name}: ${closingLine(counts, ofSuite)} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
if (failures.length > 0) console.log(`\n── what failed\n${failures.join("\n\n")}`);
const all = addUp(counted);
console.log(`\n${closingLine(all, reasons)}`);
process.exit(isSuccess(all, process.env["CI"] === "true") ? 0 : 1);
