import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { programPath } from "./program.ts";

export interface Simulator {
  url: string;
  child: ChildProcess;
  /** The sum of a metric over its labels. Throws when the simulator does not have it. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  /** Default: a free one. */
  port?: number;
  /** Arguments of Node itself. */
  nodeArgs?: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
}

/** Starts `vllm-batch simulate`, serving `bench-model`, and waits until it is ready. `flags` as for `vllm serve`. */
export async function startSimulator(flags: readonly string[], options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, nodeArgs = [], env = process.env } = options;
  const address = ["--host", "127.0.0.1", "--port", String(port)];
  const args = [...nodeArgs, programPath, "simulate", "bench-model", ...address, ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  const exited = once(child, "exit");
  const url = await Promise.race([
    addressIn(child),
    exited.then(() => {
      throw new Error(`The simulator ended before it was ready: ${args.join(" ")}`);
    }),
  ]);
  return {
    url,
    child,
    metric: async (name) => readMetric(await (await fetch(`${url}/metrics`)).text(), name),
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/**
 * The log says where it listens and when it is ready, perhaps on two streams. Reads on to the end, so that no pipe
 * fills.
 */
function addressIn(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let url: string | undefined;
    let ready = false;
    const read = (line: string) => {
      url ??= /Starting vLLM server on (http:\S+)/.exec(line)?.[1];
      ready ||= line.includes("Application startup complete");
      if (ready && url !== undefined) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", read);
    }
  });
}

/** Adds up the samples of a metric in Prometheus' text format. */
export function readMetric(text: string, name: string): number {
  const samples = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  if (samples.length === 0) throw new Error(`The server has no metric ${name}.`);
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
