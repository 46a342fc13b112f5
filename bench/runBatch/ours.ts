import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import type { RealEngine } from "../../scripts/engine/engineProcess.ts";
import { property } from "../../server/src/util/unknown.ts";
import { clockMs } from "../support/clock.ts";
import { programPath } from "../support/program.ts";
import type { Job, Life } from "./job.ts";
import { waitUntil } from "./waitUntil.ts";

/**
 * `vllm-batch run` on a job against a `vllm serve` with the same flags, to its end. Its clock runs from the start of
 * our process to its end, which is more than from the first request to the last saved answer.
 */
export async function oursWhole(job: Job): Promise<Life> {
  const { engine, engineSeconds } = await startEngine(job);
  try {
    return { engineSeconds, workSeconds: await finish(job, runArguments(job, engine)) };
  } finally {
    await engine.stop();
  }
}

/** The same, but everything is killed at half way, the engine too, and started again. */
export async function oursKilled(job: Job): Promise<[Life, Life]> {
  const first = await startEngine(job);
  const workSeconds = await killAtHalfWay(job, runArguments(job, first.engine));
  await first.engine.kill();
  const second = await startEngine(job, first.engine.port);
  try {
    const rest = await finish(job, ["resume", runFolder(job)]);
    return [
      { engineSeconds: first.engineSeconds, workSeconds },
      { engineSeconds: second.engineSeconds, workSeconds: rest },
    ];
  } finally {
    await second.engine.stop();
  }
}

const runFolder = (job: Job) => `${job.input}.run`;

const runArguments = (job: Job, engine: RealEngine) => [
  ...["run", job.input, "--endpoint", engine.url],
  ...["--out", runFolder(job)],
];

async function startEngine(job: Job, port?: number) {
  const startedMs = clockMs();
  const engine = await job.slot.start({
    model: job.model,
    flags: job.flags,
    ...(port === undefined ? {} : { port }),
  });
  return { engine, engineSeconds: (clockMs() - startedMs) / 1000 };
}

async function finish(job: Job, args: readonly string[]): Promise<number> {
  const startedMs = clockMs();
  const { stdout } = await execa(process.execPath, [programPath, ...args, "--json"], { stdin: "ignore" });
  const seconds = (clockMs() - startedMs) / 1000;
  const completed = property(JSON.parse(stdout), "completed");
  if (completed !== job.requests) throw new Error(`vllm-batch answered ${String(completed)} of ${job.requests}.`);
  return seconds;
}

async function killAtHalfWay(job: Job, args: readonly string[]): Promise<number> {
  const startedMs = clockMs();
  const child = execa(process.execPath, [programPath, ...args, "--json"], { stdin: "ignore", reject: false });
  const isHalfWay = async () => (await answers(job)) >= job.requests / 2;
  await waitUntil(isHalfWay, child, 50);
  child.kill("SIGKILL");
  const { signal, stderr } = await child;
  if (signal !== "SIGKILL") throw new Error(`vllm-batch ended before it was killed:\n${stderr}`);
  return (clockMs() - startedMs) / 1000;
}

async function answers(job: Job): Promise<number> {
  const file = path.join(runFolder(job), "output.jsonl");
  return existsSync(file) ? (await readFile(file, "utf8")).split("\n").length - 1 : 0;
}
