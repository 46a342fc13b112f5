import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../engineProcess.ts";
import type { InstalledEngine } from "../install.ts";
import type { HeldLock } from "../lock.ts";
import { type ExitFacts, type ProcessGroup, spawnGroup } from "../processGroup.ts";
import { waitForEmptyGroup } from "../processes.ts";
import { vllmArguments, vllmEnvironment } from "../vllmCommand.ts";
import type { FailureCase, Launch, Scene, StartedEngine } from "./failureCase.ts";
import { neutralise, transcriptOf } from "./transcript.ts";

export interface Outcome {
  transcript: string;
  /** As one would type it, with the environment that matters in front. */
  command: string;
  /** Both null: it still ran. */
  exit: ExitFacts;
  /** Titles of those who lived on for seconds after the process that we started had ended. */
  survivors: string[];
  seconds: number;
}

const giveUpMs = 240_000;
/** Whether the engine core and the workers follow is seen within this time. */
const aftermathMs = 8_000;
const stillThere: ExitFacts = { code: null, signal: null };
const root = path.resolve(import.meta.dirname, "..", "..", "..");

/** Starts vLLM as the case says, lets its fate happen, and gives its log. Nothing of it is left running. */
export async function runCase(
  failure: FailureCase,
  installed: InstalledEngine,
  lock: HeldLock,
  logFolder: string,
): Promise<Outcome> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "vllm-failure-")));
  const scene: Scene = { folder, port: await freePort(), installed };
  const places = await placesOf(scene);
  const launch = (await failure.prepare?.(scene)) ?? {};
  const { command, args, env } = commandOf(launch, scene);
  const began = performance.now();
  await mkdir(logFolder, { recursive: true });
  const onSpawn = (group: number) => lock.guard(group);
  const group = await spawnGroup(command, args, env, { logFolder, onSpawn });
  try {
    const end = await fate(failure, started(group, scene.port));
    return {
      transcript: transcriptOf(await readFile(group.logFile, "utf8"), places),
      command: neutralise(shown(launch, command, args), places),
      exit: end.exit,
      survivors: end.survivors.map((title) => neutralise(title, places)),
      seconds: Math.round((performance.now() - began) / 1000),
    };
  } finally {
    await group.kill();
    lock.guard(null);
    await launch.dispose?.();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fate(failure: FailureCase, engine: StartedEngine) {
  const { group } = engine;
  const befall = failure.befall ?? mustNotServe;
  await Promise.race([befall(engine), delay(giveUpMs, undefined, { ref: false })]);
  if (failure.stillRuns === true) return { exit: stillThere, survivors: [] };
  const exit = await Promise.race([group.exited, delay(giveUpMs, stillThere, { ref: false })]);
  const left = await waitForEmptyGroup(group.pid, aftermathMs);
  return { exit, survivors: left.map((info) => info.title) };
}

async function mustNotServe(engine: StartedEngine): Promise<void> {
  if (await engine.ready()) throw new Error("It did not fail: it serves.");
}

function started(group: ProcessGroup, port: number): StartedEngine {
  const url = `http://127.0.0.1:${port}`;
  let ended = false;
  void group.exited.then(() => (ended = true));
  const logged = async (text: string) => {
    while (!(await readFile(group.logFile, "utf8")).includes(text)) {
      if (ended) return false;
      await delay(50);
    }
    return true;
  };
  return {
    group,
    url,
    logged,
    ready: () => logged("Application startup complete."),
    sendRequests: (count) => {
      for (let index = 0; index < count; index++) void ask(url, index);
    },
  };
}

async function ask(url: string, index: number): Promise<void> {
  const body = { model: "tiny", prompt: `Count to ${index}`, max_tokens: 450, ignore_eos: true };
  try {
    const response = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(giveUpMs),
    });
    await response.body?.cancel();
  } catch (error) {
    // The engine is about to die or to hang: a request that ends in a reset or in our time-out is what is wanted.
    if (!(error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError"))) throw error;
  }
}

function commandOf(launch: Launch, scene: Scene) {
  const flags = { ...launch.flags, "served-model-name": "tiny", host: "127.0.0.1", port: scene.port };
  const model = launch.model ?? scene.installed.models.tiny;
  const usual = ["serve", model, ...vllmArguments({ ...flags, ...launch.flags }), ...(launch.args ?? [])];
  const whole = [...(launch.wrapper ?? []), ...(launch.command ?? [scene.installed.vllm, ...usual])];
  const [command, ...args] = whole;
  if (command === undefined) throw new Error("An empty command.");
  const env = vllmEnvironment();
  for (const [name, value] of Object.entries(launch.env ?? {})) env[name] = value ?? undefined;
  return { command, args, env };
}

function shown(launch: Launch, command: string, args: readonly string[]): string {
  const env = Object.entries(launch.env ?? {}).map(([name, value]) => `${name}=${value ?? ""}`);
  const quoted = [command, ...args].map((word) => (/^[\w./:=,@%+-]+$/.test(word) ? word : JSON.stringify(word)));
  return [...env, ...quoted].join(" ");
}

/** What would tell where the transcript was made, and what stands there instead. */
async function placesOf({ folder, installed }: Scene): Promise<Record<string, string>> {
  const venv = path.dirname(path.dirname(installed.python));
  const python = path.dirname(path.dirname(await realpath(installed.python)));
  return {
    [installed.models.tiny]: "/home/user/models/tiny",
    [installed.models.work]: "/home/user/models/work",
    [folder]: "/home/user/work",
    [venv]: "/home/user/vllm-venv",
    [python]: "/home/user/python",
    [root]: "/home/user/project",
    [`${homedir()}/`]: "/home/user/",
  };
}
