import { execa } from "execa";
import { createInterface } from "node:readline";
import { RunProblem } from "../runProblem.ts";

export interface SimulatorChild {
  url: string;
  stop(): Promise<void>;
}

const LISTENING = /Starting vLLM server on (http:\/\/\S+)/;
const READY = /Application startup complete/;
const START_TIMEOUT_MS = 60_000;
const KEPT_LINES = 20;

/**
 * Starts our stand-in for `vllm serve` as a child that serves these models, and waits until it says that it is ready.
 * It ends with us, whatever ends us: it holds a pipe to us and leaves when that closes. Throws RunProblem.
 */
export async function startSimulator(
  programPath: string,
  models: readonly string[],
  timeline: string | null,
): Promise<SimulatorChild> {
  const [model = "simulated"] = models;
  const names = models.length > 0 ? models : [model];
  const script = timeline === null ? [] : ["--timeline", timeline];
  const child = execa(
    process.execPath,
    [programPath, "simulate", model, "--served-model-name", ...names, "--host", "127.0.0.1", "--port", "0", ...script],
    {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
      buffer: false,
      reject: false,
      env: { VLLM_BATCH_EXIT_WITH_STDIN: "1" },
      forceKillAfterDelay: 3_000,
    },
  );
  const ready = Promise.withResolvers<string>();
  const lines: string[] = [];
  let url: string | null = null;
  const look = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    url ??= LISTENING.exec(line)?.[1] ?? null;
    if (url !== null && READY.test(line)) ready.resolve(url);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", look);
  const failed = (what: string) =>
    ready.reject(new RunProblem("engine", `The simulator ${what}. Its last lines:\n${lines.join("\n")}`));
  const timer = setTimeout(() => failed(`was not ready after ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
  void child.then(({ exitCode, signal }) => failed(`ended with ${signal ?? `exit code ${exitCode ?? "none"}`}`));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child;
  };
  try {
    return { url: await ready.promise, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
