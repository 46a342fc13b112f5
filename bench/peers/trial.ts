import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import type { BenchServerOptions, ServerLogEntry } from "../support/benchServerMessages.ts";
import { clockMs } from "../support/clock.ts";
import { startBenchServer, type BenchServer } from "../support/startBenchServer.ts";
import { runBareClient } from "../support/runBareClient.ts";
import { requestKey, writeRequestFile } from "../support/requestFile.ts";
import { withFolder } from "../support/withFolder.ts";
import type { Contender, Job } from "./contender.ts";

/** What a contender made of a job, seen from outside. */
export interface Outcome {
  /** Requests with at least one saved answer, at the very end. */
  saved: number;
  /** From the arrival of the first request to the last change of the saved answers. */
  seconds: number;
  log: ServerLogEntry[];
  /** When it was killed (clockMs); null if it was not. */
  killedAtMs: number | null;
  /** Of its last life. undefined when it did not end by itself in time. */
  exitCode: number | undefined;
}

export interface Trial {
  requests: number;
  inFlight: number;
  server: BenchServerOptions;
  /** SIGKILL at half way, then a second life. */
  kill: boolean;
}

const LONGEST_LIFE_MS = 240_000;

/** Runs one contender through one trial, in a folder that is gone afterwards. */
export async function runTrial(contender: Contender, trial: Trial): Promise<Outcome> {
  const server = await startBenchServer({ halfWay: Math.floor(trial.requests / 2), ...trial.server });
  try {
    if (trial.server.latencyMs === 0) await warmUp(server);
    return await withFolder((folder) => runJob(contender, trial, server, folder));
  } finally {
    await server.stop();
  }
}

/** A server that has just started would be what is measured. Its own requests have no key, and are not counted. */
export function warmUp(server: BenchServer): Promise<void> {
  return withFolder(async (folder) => {
    const file = path.join(folder, "input.jsonl");
    await writeRequestFile(file, 4000, () => ({ customId: "", prompt: "Are you awake?", maxTokens: 8 }));
    await runBareClient(server.url, file, 64);
  });
}

async function runJob(contender: Contender, trial: Trial, server: BenchServer, folder: string): Promise<Outcome> {
  const job: Job = { folder, url: server.url, requests: trial.requests, inFlight: trial.inFlight };
  await contender.prepare(job);
  const first = start(contender, job, "first");
  const killedAtMs = trial.kill ? await killAtHalfWay(server, first) : null;
  const ended = await first;
  const last = trial.kill ? await start(contender, job, "again") : ended;
  const log = await server.log();
  return {
    saved: (await savedKeys(contender, job)).size,
    seconds: ((await lastChangeMs(contender, job)) - (await firstArrivalMs(server, last.all))) / 1000,
    log,
    killedAtMs,
    exitCode: last.exitCode,
  };
}

type Life = ReturnType<typeof start>;

/** In a process group of its own, so that a kill takes everything it may have started. */
function start(contender: Contender, job: Job, life: "first" | "again") {
  const { file, args, env = {} } = contender.command(job, life);
  return execa(file, args, {
    cwd: job.folder,
    env,
    all: true,
    reject: false,
    stdin: "ignore",
    detached: true,
    timeout: LONGEST_LIFE_MS,
    // The talk of some peers is long; only the end of it may be needed.
    maxBuffer: 64 << 20,
  });
}

async function killAtHalfWay(server: BenchServer, life: Life): Promise<number> {
  const reached = await Promise.race([server.halfWay.then(() => true), life.then(() => false)]);
  if (!reached || life.pid === undefined) throw new Error(`It ended before half way: ${(await life).all.slice(-500)}`);
  const killedAtMs = clockMs();
  process.kill(-life.pid, "SIGKILL");
  return killedAtMs;
}

async function firstArrivalMs(server: BenchServer, output: string): Promise<number> {
  const first = (await server.log()).find((entry) => entry.key !== null);
  if (first === undefined) throw new Error(`It sent no request: ${output.slice(-500)}`);
  return first.arrivedMs;
}

/** By the same rule for all: the last change of the file that the answers are in. */
async function lastChangeMs(contender: Contender, job: Job): Promise<number> {
  const file = await contender.answersFile(job);
  return file === null ? Number.NaN : (await stat(file)).mtimeMs;
}

/** Whatever the format of its lines: an answer of the bench server names the key of its request. */
async function savedKeys(contender: Contender, job: Job): Promise<Set<string>> {
  const file = await contender.answersFile(job);
  if (file === null) return new Set();
  const text = await readFile(file, "utf8");
  const keys = [...text.matchAll(/The answer to request (#\d{7}#)\./g)].map((match) => match[1] ?? "");
  const asked = new Set(Array.from({ length: job.requests }, (_, index) => requestKey(index)));
  return new Set(keys.filter((key) => asked.has(key)));
}
