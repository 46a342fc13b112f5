import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { programPath } from "../../../bench/support/program.ts";
import { seededRandom } from "../../../bench/support/random.ts";
import { waitFor } from "../waitFor.ts";
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
  const loop = new KillLoop(engine, options);
  const [last] = await Promise.all([
    loop.killRunners(randomMoments(options.runnerKills, options.requests, random)),
    loop.killEngines(randomMoments(options.engineKills, options.requests, random)),
  ]).finally(() => loop.stop());
  return last;
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
    const counter = this.#counter();
    for (const moment of moments) {
      const runner = this.#startRunner();
      await Promise.race([this.#comes(moment, counter), runner.endedEarly]);
      runner.child.kill("SIGKILL");
      await runner.child;
    }
    const { exitCode, stdout } = await this.#startRunner().child;
    return { exitCode, stdout };
  }

  async killEngines(moments: readonly Moment[]): Promise<void> {
    const counter = this.#counter();
    for (const moment of moments) {
      await this.#comes(moment, counter);
      await this.#engine.kill();
      await this.#engine.start();
    }
  }

  #counter(): LineCounter {
    return new LineCounter(path.join(this.#options.runFolder, "output.jsonl"));
  }

  async #comes(moment: Moment, counter: LineCounter): Promise<void> {
    const { signal } = this.#stop;
    const enough = () => {
      signal.throwIfAborted();
      return counter.count() >= moment.answered;
    };
    await waitFor(`${moment.answered} answers`, enough, { timeoutMs: 120_000, everyMs: 2 });
    const { runFolder } = this.#options;
    await changes(existsSync(runFolder) ? runFolder : path.dirname(runFolder), moment.changes, signal);
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

/** Resolves at the `count`-th change of any file in a folder. */
async function changes(folder: string, count: number, signal: AbortSignal): Promise<void> {
  const watcher = watch(folder, { signal });
  try {
    for (let seen = 0; seen < count; seen += 1) await once(watcher, "change", { signal });
  } finally {
    watcher.close();
  }
}
