// Makes a real vLLM fail in every way that needs no GPU, and keeps what it prints as transcripts for the diagnosis:
// `node scripts/engine/provokeFailures.ts [case…]`. All of them take about an hour on two cores. With `--labels` nothing
// is started: the transcripts that are there get the names and labels of today's table.
import path from "node:path";
import { engineCache } from "./cache.ts";
import { engineLockFile } from "./engineSlot.ts";
import { failureCases } from "./failures/cases.ts";
import type { FailureCase } from "./failures/failureCase.ts";
import { runCase } from "./failures/runCase.ts";
import { labelAnew, store } from "./failures/store.ts";
import { ensureEngine, type InstalledEngine } from "./install.ts";
import { takeLock } from "./lock.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function provoke(failure: FailureCase, installed: InstalledEngine): Promise<void> {
  // Taken anew for each case: others who wait for an engine get their turn between two of them.
  const lock = await takeLock(engineLockFile, { timeoutMs: 20 * 60_000 });
  try {
    const logFolder = path.join(engineCache().folder, "failures", failure.name);
    const outcome = await runCase(failure, installed, lock, logFolder);
    await store(failure, installed.version, outcome);
    const { exit, survivors, seconds } = outcome;
    const end = exit.signal ?? (exit.code === null ? "still runs" : `code ${exit.code}`);
    const left = survivors.length === 0 ? "" : `, outlived by ${survivors.join(", ")}`;
    say(`${failure.name}: ${end} after ${seconds} s${left}`);
  } finally {
    await lock.release();
  }
}

/** Gives how many could not be provoked. */
async function provokeAll(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((name) => !failureCases.some((failure) => failure.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such case: ${unknown.join(", ")}. There are ${failureCases.map(({ name }) => name).join(", ")}.`,
    );
  }
  const installed = await ensureEngine(say);
  let failed = 0;
  for (const failure of failureCases.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    try {
      await provoke(failure, installed);
    } catch (error) {
      // The others are of use without this one.
      failed++;
      say(`${failure.name}: could not be provoked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failed;
}

const asked = process.argv.slice(2);
if (asked.includes("--labels")) await labelAnew();
else process.exitCode = (await provokeAll(asked)) > 0 ? 1 : 0;
