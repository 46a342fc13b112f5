import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { property } from "../../server/src/util/unknown.ts";
import { clockMs } from "./clock.ts";
import { watchMemory, type MemoryWatch } from "./memory.ts";
import { programPath } from "./program.ts";

export interface ProductRun {
  completed: number;
  status: string;
  /** From the first saved answer to the last change in the run folder, seen from outside. */
  savingSeconds: number;
  /** From the start of the process to its end. */
  wallSeconds: number;
  memory: MemoryWatch;
}

/**
 * Runs `vllm-batch run` as a user would, as a process of its own, into `<folder>/run`. Throws when it does not exit
 * with 0.
 */
export async function runProduct(folder: string, args: readonly string[]): Promise<ProductRun> {
  const runFolder = path.join(folder, "run");
  const startedMs = clockMs();
  const child = execa(process.execPath, [programPath, "run", ...args, "--out", runFolder, "--json"], {
    cwd: folder,
    stdin: "ignore",
    reject: false,
  });
  const ended = child.then(() => clockMs());
  const memory = child.pid === undefined ? Promise.reject(new Error("It did not start.")) : watchMemory(child.pid);
  const firstMs = await firstSavedMs(path.join(runFolder, "output.jsonl"), ended);
  const { exitCode, stdout, stderr } = await child;
  if (exitCode !== 0)
    throw new Error(`vllm-batch run ended with exit code ${exitCode ?? "none"}:\n${stderr.slice(-1000)}`);
  const answer: unknown = JSON.parse(stdout);
  return {
    completed: Number(property(answer, "completed")),
    status: String(property(answer, "status")),
    savingSeconds: ((await lastChangeMs(runFolder)) - firstMs) / 1000,
    wallSeconds: ((await ended) - startedMs) / 1000,
    memory: await memory,
  };
}

async function firstSavedMs(file: string, ended: Promise<unknown>): Promise<number> {
  const state = { over: false };
  void ended.then(() => (state.over = true));
  for (;;) {
    const found = await stat(file).catch(() => null);
    // The time of asking, not that of the file, which moves on with each answer.
    if (state.over || (found !== null && found.size > 0)) return clockMs();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The last change of any file in a folder: in a run folder, the manifest's, after the last answer was synced. */
export async function lastChangeMs(folder: string): Promise<number> {
  const names = await readdir(folder);
  const times = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).mtimeMs));
  return Math.max(...times);
}
