import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "../../scripts/waitFor.ts";

const cli = fileURLToPath(new URL("../../server/src/main/cli.ts", import.meta.url));

/** A simulator that was started as a child; not yet ready, or over already. */
export class SimulatorProcess {
  readonly child: ChildProcess;
  /** stdout and stderr together. */
  log = "";
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(argv: readonly string[]) {
    this.child = spawn(process.execPath, [cli, "simulate", "tiny", ...argv], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.log += text));
    }
    this.exited = once(this.child, "close").then(() => ({
      code: this.child.exitCode,
      signal: this.child.signalCode,
    }));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("The simulator was not started.");
    return this.child.pid;
  }

  get url(): string {
    const found = /Starting vLLM server on (http:\S+)/.exec(this.log)?.[1];
    if (found === undefined) throw new Error(`The simulator is not ready:\n${this.log}`);
    return found;
  }

  async ready(): Promise<this> {
    await waitFor("the simulator to be ready", () => {
      if (this.child.exitCode !== null) throw new Error(`The simulator ended before it was ready:\n${this.log}`);
      return this.log.includes("Application startup complete.");
    });
    return this;
  }

  /** Asks for a completion of `prompt`, on a connection of its own. */
  async complete(prompt: string, body: object = {}): Promise<Response> {
    return await fetch(`${this.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify({ model: "tiny", prompt, max_tokens: 4, ignore_eos: true, ...body }),
      signal: AbortSignal.timeout(15_000),
    });
  }

  /** One figure of `/metrics`, by the beginning of its line. */
  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    const line = page.split("\n").find((one) => one.startsWith(name));
    if (line === undefined) throw new Error(`There is no metric ${name}.`);
    return Number(line.slice(line.lastIndexOf(" ") + 1));
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

/** A fresh folder for the files of one test. */
export async function freshFolder(): Promise<string> {
  return await mkdtemp(path.join(tmpdir(), "simulator-"));
}

/** Writes a timeline and returns the arguments for it. */
export async function timelineArguments(timeline: object): Promise<string[]> {
  const file = path.join(await freshFolder(), "timeline.json");
  await writeFile(file, JSON.stringify(timeline));
  return ["--timeline", file];
}
