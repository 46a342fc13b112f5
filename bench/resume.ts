import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { type Bench, median, result } from "./bench.ts";
import { clockMs } from "./support/clock.ts";
import { programPath } from "./support/program.ts";
import { smallRequest, writeRequestFile } from "./support/requestFile.ts";
import { startBenchServer, type BenchServer } from "./support/startBenchServer.ts";
import { withFolder } from "./support/withFolder.ts";

const ROUNDS = 3;

/** How soon a resumed run is at work again. */
export function resume(scale: number): Bench {
  const requests = Math.round(200_000 * scale);
  const done = Math.round(190_000 * scale);
  return {
    name: "resume",
    about: `A run of ${requests} requests, killed (SIGKILL) when ${done} had been answered, resumed.`,
    async run(log) {
      const server = await startBenchServer({ latencyMs: 0, halfWay: done });
      try {
        return await withFolder(async (folder) => {
          const file = path.join(folder, "input.jsonl");
          await writeRequestFile(file, requests, smallRequest);
          const args = ["run", file, "--endpoint", server.url, "--in-flight", "64", "--out", path.join(folder, "run")];
          const first = start(args);
          await Promise.race([server.halfWay, endedEarly(first)]);
          await kill(first);
          const seconds: number[] = [];
          for (let round = 0; round < ROUNDS; round += 1) {
            seconds.push(await secondsToFirstRequest(server, path.join(folder, "run")));
            log(`round ${round + 1}: ${seconds.at(-1)?.toFixed(2) ?? ""} s`);
          }
          const detail = `from the start of the process to the arrival of its first request; median of ${seconds.map((one) => one.toFixed(2)).join(", ")} s`;
          return [result("First request after resume", median(seconds), "s", { comparison: "<=", value: 2 }, detail)];
        });
      } finally {
        await server.stop();
      }
    },
  };
}

/** Resumes, and kills again as soon as the first request has come, so that the next round finds about as much done. */
async function secondsToFirstRequest(server: BenchServer, runFolder: string): Promise<number> {
  const arrival = await server.nextRequest();
  const startedMs = clockMs();
  const again = start(["resume", runFolder]);
  const arrivedMs = await Promise.race([arrival.arrivedMs, endedEarly(again)]);
  await kill(again);
  return (arrivedMs - startedMs) / 1000;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [programPath, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

async function endedEarly(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, "exit")) as [number | null];
  throw new Error(`vllm-batch ended before it was to be killed, with exit code ${code ?? "none"}.`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
