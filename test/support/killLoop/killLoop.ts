import { once } from "node:events";
import { appendFileSync, existsSync, watch } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { programPath } from "../../../bench/support/program.ts";
import { seededRandom } from "../../../server/src/util/seededRandom.ts";
import { waitFor } from "../../../scripts/waitFor.ts";
import { LineCounter } from "./lineCounter.ts";
import { type Moment, randomMoments } from "./moments.ts";
import type { MortalEngine } from "./mortalEngine.ts";

export interface KillLoopOptions {
  seed: number;
  /** In the batch file. */
  requests: number;
  file: string;
  runFolder: string;
  inFlight: number;
  runnerKills: number;
  engineKills: number;
}

/** How the last life ended, which nobody cut short. */
export interface LastLife {
  exitCode: number | undefined;
  stdout: string;
}

/**
 * Runs one batch to its end through kills (SIGKILL) of the runner, each followed by a resume, and of the engine, each
 * followed by a new engine at the same address. Rejects when a runner ends by itself before its time.
 */
export async function runKillLoop(engine: MortalEngine, options: KillLoopOptions): Promise<LastLife> {
  const random = seededRandom(options.seed);
  const moments = (count: number, share: { from: number; to: number; early: number }) =>
    randomMoments(count, options.requests, share, random);
  // The last life of the runner sees some deaths of the engine too: whatever it forgets, no resume will mend.
  const last = Math.ceil(options.engineKills / 10);
  const runner = moments(options.runnerKills, { from: 0, to: 0.95, early: 0.25 });
  const engineBefore = moments(options.engineKills - last, { from: 0, to: 0.95, early: 0 });
  const engineAfter = moments(last, { from: 0.96, to: 0.99, early: 0 });
  const loop = new KillLoop(engine, options);
  const [end] = await Promise.all([
    loop.killRunners(runner),
    loop.killEngines([...engineBefore, ...engineAfter]),
  ]).finally(() => loop.stop());
  return end;
}

class KillLoop {
  readonly #engine: MortalEngine;
  readonly #options: KillLoopOptions;
  /** Ends whatever is left when one half of the loop has failed. */
  readonly #stop = new AbortController();

  constructor(engine: MortalEngine, options: KillLoopOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  stop(): void {
    this.#stop.abort();
  }

  async killRunners(moments: readonly Moment[]): Promise<LastLife> {
    const counter = new LineCounter(this.#output);
    for (const moment of moments) {
      const runner = this.#startRunner();
      await Promise.race([this.#comes(moment, counter), runner.endedEarly]);
      runner.child.kill("SIGKILL");
      await runner.child;
      if (moment.tears) tear(this.#output);
    }
    const { exitCode, stdout } = await this.#startRunner().child;
    return { exitCode, stdout };
  }

  async killEngines(moments: readonly Moment[]): Promise<void> {
    const counter = new LineCounter(this.#output);
    for (const moment of moments) {
      await this.#comes(moment, counter);
      await this.#engine.kill();
      await this.#engine.start();
    }
  }

  get #output(): string {
    return path.join(this.#options.runFolder, "output.jsonl");
  }

  async #comes(moment: Moment, counter: LineCounter): Promise<void> {
    const { signal } = this.#stop;
    const enough = () => {
      signal.throwIfAborted();
      return counter.count() >= moment.answered;
    };
    await waitFor(`${moment.answered} answers`, enough, { timeoutMs: 120_000, everyMs: 2 });
    const { count, of } = moment.then;
    if (of === "changes") {
      const { runFolder } = this.#options;
      await changes(existsSync(runFolder) ? runFolder : path.dirname(runFolder), count, signal);
      return;
    }
    const target = this.#engine.requests + count;
    const arrived = () => {
      signal.throwIfAborted();
      return this.#engine.requests >= target;
    };
    await waitFor(`${count} requests`, arrived, { timeoutMs: 120_000, everyMs: 1 });
  }

  /** A run that was killed before it had written its manifest never was: it is started anew. */
  #startRunner() {
    const { file, runFolder, inFlight } = this.#options;
    const endpoint = ["--endpoint", this.#engine.url, "--in-flight", String(inFlight)];
    const args = existsSync(path.join(runFolder, "run.json"))
      ? ["resume", runFolder, "--json"]
      : ["run", file, ...endpoint, "--out", runFolder, "--json"];
    return startProduct(args, this.#stop.signal);
  }
}

function startProduct(args: readonly string[], cancelSignal: AbortSignal) {
  const child = execa(process.execPath, [programPath, ...args], {
    cancelSignal,
    killSignal: "SIGKILL",
    reject: false,
    stdin: "ignore",
  });
  const endedEarly = child.then(({ exitCode, stderr }) => {
    throw new Error(
      `vllm-batch ${args[0] ?? ""} ended by itself with exit code ${exitCode ?? "none"}:\n${stderr.slice(-4000)}`,
    );
  });
  // Every life ends some day; it matters only while it is raced with its moment.
  endedEarly.catch(() => undefined);
  return { child, endedEarly };
}

/** Leaves what a write leaves that was stopped half way. Such a moment is too rare to wait for. */
function tear(file: string): void {
  if (existsSync(file)) appendFileSync(file, '{"id":"vllm-0123456789abcdef","custom_id":"request-7","resp');
}

/** Resolves at the `count`-th change of any file in a folder. */
async function changes(folder: string, count: number, signal: AbortSignal): Promise<void> {
  const watcher = watch(folder, { signal });
  try {
    for (let seen = 0; seen < count; seen += 1) await once(watcher, "change", { signal });
  } finally {
    watcher.close();
  }
}
