import { execa } from "execa";
import { createInterface } from "node:readline";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";

export interface SimulatorChild {
  url: string;
  stop(): Promise<void>;
}

const LISTENING = /Starting vLLM server on (http:\/\/\S+)/;
const READY = /Application startup complete/;
const START_TIMEOUT_MS = 60_000;
const KEPT_LINES = 20;
const RESTART_AFTER_MS = 500;
/** Starts in a row that failed: its script of faults does not want it to live. */
const MOST_FAILED_STARTS = 5;

/**
 * Starts our stand-in for `vllm serve` as a child that serves these models, and waits until it says that it is ready.
 * When it dies, as its script of faults may have it, it is started again at the same address. It ends with us,
 * whatever ends us: it holds a pipe to us and leaves when that closes. Throws RunProblem.
 */
export async function startSimulator(
  models: readonly string[],
  timeline: string | null,
  world: RunWorld,
): Promise<SimulatorChild> {
  const args = (port: string): string[] => [
    ...[world.programPath, "simulate", models[0] ?? "simulated"],
    ...(models.length > 0 ? ["--served-model-name", ...models] : []),
    ...["--host", "127.0.0.1", "--port", port],
    ...(timeline === null ? [] : ["--timeline", timeline]),
  ];
  let life = new SimulatorLife(args("0"));
  const url = await life.ready;
  const { port } = new URL(url);
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const keepAlive = async (): Promise<void> => {
    for (let failed = 0; failed < MOST_FAILED_STARTS;) {
      const end = await life.ended;
      if (isStopping()) return;
      world.notify(`The simulator ended with ${end}. It is started again.`);
      await new Promise((resolve) => void world.clock.after(RESTART_AFTER_MS, () => resolve(undefined)));
      if (isStopping()) return;
      life = new SimulatorLife(args(port));
      const started = await life.ready.then(
        () => true,
        () => false,
      );
      failed = started ? 0 : failed + 1;
    }
  };
  const kept = keepAlive();
  const stop = async (): Promise<void> => {
    stopping = true;
    life.stop();
    await Promise.all([life.ended, kept]);
  };
  return { url, stop };
}

/** One process of the simulator. */
class SimulatorLife {
  /** Its address, once it serves. Rejects with RunProblem when it ends before that, or takes too long. */
  readonly ready: Promise<string>;
  /** In words, how it ended. */
  readonly ended: Promise<string>;
  readonly stop: () => void;

  constructor(args: readonly string[]) {
    const child = execa(process.execPath, [...args], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
      buffer: false,
      reject: false,
      // A group of its own: Ctrl-C is meant for the run, which finishes what is in flight.
      detached: true,
      env: { VLLM_BATCH_EXIT_WITH_STDIN: "1" },
      forceKillAfterDelay: 3_000,
    });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.ready = promise;
    const lines: string[] = [];
    let url: string | null = null;
    const look = (line: string): void => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      url ??= LISTENING.exec(line)?.[1] ?? null;
      if (url !== null && READY.test(line)) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", look);
    const fail = (what: string): void =>
      reject(new RunProblem("engine", `The simulator ${what}. Its last lines:\n${lines.join("\n")}`));
    const timer = setTimeout(() => {
      fail(`was not ready after ${START_TIMEOUT_MS / 1000} s`);
      child.kill("SIGTERM");
    }, START_TIMEOUT_MS);
    this.ended = child.then(({ exitCode, signal }) => {
      clearTimeout(timer);
      const how = signal ?? `exit code ${exitCode ?? "none"}`;
      fail(`ended with ${how}`);
      return how;
    });
    void promise.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
    this.stop = () => void child.kill("SIGTERM");
  }
}
