import { takeEngineSlot } from "../scripts/engine/engineSlot.ts";
import { type Bench, type BenchResult, median, result } from "./bench.ts";
import { flags, type Job, type Life, prepareJob } from "./runBatch/job.ts";
import { oursKilled, oursWhole } from "./runBatch/ours.ts";
import { runBatchKilled, runBatchWhole } from "./runBatch/theirs.ts";
import { withFolder } from "./support/withFolder.ts";

type Log = (line: string) => void;

/** vLLM's own batch runner, in the same process as the engine, beside ours, which pays for HTTP. About 25 minutes. */
export function runBatch(scale: number): Bench {
  const requests = Math.round(400 * scale);
  const rounds = scale === 1 ? 3 : 1;
  return {
    name: "run-batch",
    about: `${requests} requests of 64 tokens on a real vLLM on the CPU, \`vllm-batch run\` with \`vllm serve\` against \`vllm run-batch\`: same file, same flags, an engine of its own for each round. Our clock is that of the whole process, theirs begins when the engine is ready.`,
    async run(log) {
      const slot = await takeEngineSlot(log);
      try {
        return await withFolder(async (folder) => {
          const work = { slot, folder, model: "work", flags: flags.work, requests } as const;
          const whole = await measureWhole(work, rounds, log);
          const killed = await measureKilled(work, whole.theirs, log);
          const tiny = { ...work, model: "tiny", flags: flags.tiny, requests: 3 * requests } as const;
          return [whole.row, ...killed, await measureTiny(tiny, log)];
        });
      } finally {
        await slot.release();
      }
    },
  };
}

async function measureWhole(work: Omit<Job, "input">, rounds: number, log: Log) {
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const job = await prepareJob(work, `Round ${round}`);
    theirs.push(logged(log, `run-batch, round ${round}`, await runBatchWhole(job)).workSeconds);
    ours.push(logged(log, `ours, round ${round}`, await oursWhole(job)).workSeconds);
  }
  const ratio = median(ours) / median(theirs);
  const detail = `medians of ${rounds}: ours ${list(ours)} s, run-batch ${list(theirs)} s`;
  const bar = { comparison: "<=", value: 1.05 } as const;
  const row = result("Wall time against vllm run-batch, the engine is the work", ratio, "×", bar, detail);
  return { row, theirs: median(theirs) };
}

async function measureKilled(work: Omit<Job, "input">, wholeSeconds: number, log: Log): Promise<BenchResult[]> {
  const job = await prepareJob(work, "Killed");
  const theirs: Life[] = [];
  theirs.push(logged(log, "run-batch, killed half way", await runBatchKilled(job, wholeSeconds / 2)));
  theirs.push(logged(log, "run-batch, again", await runBatchWhole(job)));
  const ours = await oursKilled(job);
  ours.forEach((life, index) => logged(log, index === 0 ? "ours, killed half way" : "ours, resumed", life));
  const bar = { comparison: "<=", value: 0.8 } as const;
  return [
    result(
      "Both killed half way and started again: wall time of the work against run-batch's two runs",
      sum(ours, workOf) / sum(theirs, workOf),
      "×",
      bar,
      `without the starts of the engines: ours ${list(ours.map(workOf))} s, run-batch ${list(theirs.map(workOf))} s`,
    ),
    result(
      "The same with the starts of the engines, which was killed in both cases",
      sum(ours, wallOf) / sum(theirs, wallOf),
      "×",
      null,
      `ours ${list(ours.map(wallOf))} s, run-batch ${list(theirs.map(wallOf))} s`,
    ),
  ];
}

/** Here an engine that has next to nothing to do shares two cores with HTTP: what HTTP costs at most. */
async function measureTiny(tiny: Omit<Job, "input">, log: Log): Promise<BenchResult> {
  const job = await prepareJob(tiny, "Tiny");
  const theirs = logged(log, "run-batch, tiny model", await runBatchWhole(job)).workSeconds;
  const ours = logged(log, "ours, tiny model", await oursWhole(job)).workSeconds;
  const detail = `${job.requests} requests: ours ${ours.toFixed(2)} s, run-batch ${theirs.toFixed(2)} s`;
  return result("Wall time against vllm run-batch, a tiny model", ours / theirs, "×", null, detail);
}

const workOf = (life: Life) => life.workSeconds;
const wallOf = (life: Life) => life.engineSeconds + life.workSeconds;

function sum(lives: readonly Life[], of: (life: Life) => number): number {
  return lives.reduce((total, life) => total + of(life), 0);
}

function list(seconds: readonly number[]): string {
  return seconds.map((value) => value.toFixed(1)).join(" + ");
}

function logged(log: Log, what: string, life: Life): Life {
  log(`${what}: engine ${life.engineSeconds.toFixed(1)} s, work ${life.workSeconds.toFixed(1)} s`);
  return life;
}
