import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { programPath } from "../../../bench/support/program.ts";

/** What `run`, `resume` and `retry` answer with `--json`, as far as the tests look. */
export interface RunSummary {
  status: string;
  total: number;
  completed: number;
  failed: number;
  engineRestarts: number;
  promptTokens: number;
  completionTokens: number;
}

/** How the program ended. */
export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface ProductProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  isOver(): boolean;
  /** SIGKILL, in the middle of its work; throws when it was over. */
  kill(): Promise<void>;
  /** Its end: the summary when it exits with 0; throws with what it said to people when not. */
  done(): Promise<RunSummary>;
}

/** Starts the program as it ships, with `--json`. What the test leaves of it is killed when the test ends. */
export function startProduct(...args: readonly string[]): ProductProcess {
  const product = spawnProduct(...args);
  onTestFinished(async () => {
    if (!product.isOver()) await product.kill();
  });
  return product;
}

/** The same outside of a test: whoever calls it sees it to its end. */
export function spawnProduct(...args: readonly string[]): ProductProcess {
  if (!existsSync(programPath)) throw new Error("dist/cli.js is missing: run `npm run build` first.");
  const child = execa(process.execPath, [programPath, ...args, "--json"], { stdin: "ignore", reject: false });
  const { pid } = child;
  if (pid === undefined) throw new Error("vllm-batch could not be started.");
  let over = false;
  const ended = child.then(({ exitCode, stdout, stderr }) => {
    over = true;
    return { exitCode, stdout, stderr };
  });
  return {
    pid,
    ended,
    isOver: () => over,
    async kill() {
      child.kill("SIGKILL");
      const { signal } = await child;
      if (signal !== "SIGKILL") throw new Error("It ended before it was killed: the test comes too late.");
    },
    async done() {
      const { exitCode, stdout, stderr } = await ended;
      if (exitCode !== 0) throw new Error(`vllm-batch ${args[0]} ended with ${exitCode}:\n${stdout}\n${stderr}`);
      // A summary of another shape fails the assertions on it.
      return JSON.parse(stdout) as RunSummary;
    },
  };
}

/** Runs the program as it ships to its end. */
export async function callProduct(...args: readonly string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [programPath, ...args], {
    stdin: "ignore",
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

/** Lines with an answer so far. */
export async function answeredLines(runFolder: string): Promise<number> {
  const file = path.join(runFolder, "output.jsonl");
  if (!existsSync(file)) return 0;
  return (await readFile(file, "utf8")).split("\n").length - 1;
}
