import { readFile, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessGroup } from "../../scripts/engine/processGroup.ts";
import { property } from "../../server/src/util/unknown.ts";
import { clockMs } from "../support/clock.ts";
import type { Job, Life } from "./job.ts";
import { waitUntil } from "./waitUntil.ts";

/** Logged when the engine is ready and before the first request is made (vLLM 0.32). */
const FIRST_REQUEST = "Reading batch from";

/** `vllm run-batch` on a job, to its end. Throws unless every request was answered. */
export async function runBatchWhole(job: Job): Promise<Life> {
  const output = outputOf(job);
  const { group, engineSeconds, readyMs } = await start(job, output);
  try {
    const { code, signal } = await group.exited;
    if (code !== 0) throw new Error(`vllm run-batch ended with ${code ?? signal}:\n${await endOfLog(group)}`);
  } finally {
    await group.stop();
  }
  const answered = (await readFile(output, "utf8")).split("\n").filter(isAnswer).length;
  if (answered !== job.requests) throw new Error(`vllm run-batch answered ${answered} of ${job.requests} requests.`);
  return { engineSeconds, workSeconds: ((await stat(output)).mtimeMs - readyMs) / 1000 };
}

/** `vllm run-batch` on a job, killed with its engine when it has worked for so long. */
export async function runBatchKilled(job: Job, afterSeconds: number): Promise<Life> {
  const { group, engineSeconds, readyMs } = await start(job, outputOf(job));
  await Promise.race([delay(afterSeconds * 1000), group.exited]);
  const workSeconds = (clockMs() - readyMs) / 1000;
  const left = await group.processes();
  await group.kill();
  if (left.length === 0) throw new Error("vllm run-batch was done before it was killed.");
  return { engineSeconds, workSeconds };
}

const outputOf = (job: Job) => `${job.input}.out`;

async function start(job: Job, output: string) {
  const startedMs = clockMs();
  const own = { "served-model-name": job.model, "input-file": job.input, "output-file": output };
  const group = await job.slot.startCommand("run-batch", job.model, { ...job.flags, ...own });
  const isReady = async () => (await readFile(group.logFile, "utf8")).includes(FIRST_REQUEST);
  if (!(await waitUntil(isReady, group.exited, 20))) {
    throw new Error(`vllm run-batch ended before its first request:\n${await endOfLog(group)}`);
  }
  const readyMs = clockMs();
  return { group, readyMs, engineSeconds: (readyMs - startedMs) / 1000 };
}

async function endOfLog(group: ProcessGroup): Promise<string> {
  return (await readFile(group.logFile, "utf8")).slice(-2000);
}

function isAnswer(line: string): boolean {
  return line !== "" && property(property(JSON.parse(line), "response"), "status_code") === 200;
}
