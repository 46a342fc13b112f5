import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { InstalledEngine, ModelName } from "./install.ts";
import { groupMembers, type ProcessInfo, processInfo, waitForEmptyGroup } from "./processes.ts";

export interface EngineOptions {
  model?: ModelName;
  /** vLLM's long flag names: `true` is a bare flag, `false` takes a default of ours away. */
  flags?: Readonly<Record<string, string | number | boolean>>;
  env?: Readonly<Record<string, string>>;
  /** A free one if not given. */
  port?: number;
  startTimeoutMs?: number;
}

export interface ExitFacts {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A `vllm serve` that we started, as the leader of a session and process group of its own. */
export interface RealEngine {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly port: number;
  /** Of the API server, which is the process we started; also the id of its group. */
  readonly pid: number;
  /** The name it serves its model by: the model's name unless the flags say otherwise. */
  readonly modelName: string;
  /** Everything it printed, stdout and stderr in one. */
  readonly logFile: string;
  /** How the process we started ended. Others of the group may live on. */
  readonly exited: Promise<ExitFacts>;
  /** Who is alive in its group. */
  processes(): Promise<ProcessInfo[]>;
  /** Signals the one process with this title, such as `VLLM::EngineCore`. Gives its pid. */
  signal(title: string, signal: NodeJS.Signals): Promise<number>;
  /** TERM to the group, KILL to what is left, and a check that nothing is. Also for an engine that has died. */
  stop(): Promise<void>;
}

/** Flags that every engine of ours gets: loopback, random weights, no compiler, and as little memory as it takes. */
const defaultFlags = {
  host: "127.0.0.1",
  "load-format": "dummy",
  dtype: "bfloat16",
  "max-model-len": 512,
  "enforce-eager": true,
};

const killGraceMs = 10_000;

export interface StartHooks {
  /** Hears of the process group before anything can go wrong. */
  onSpawn: (processGroup: number) => void;
  /** How long a stop waits after its TERM. */
  stopGraceMs?: number;
}

/**
 * Starts `vllm serve` and resolves when it answers: its log says so, `/health` is 200 and `/v1/models` lists the model.
 * Rejects, with the end of its log and nothing left running, when it exits first or takes longer than
 * `startTimeoutMs` (4 minutes).
 */
export async function startEngine(
  installed: InstalledEngine,
  options: EngineOptions,
  hooks: StartHooks,
): Promise<RealEngine> {
  for (let attempt = 1; ; attempt++) {
    const engine = await spawnEngine(installed, options, options.port ?? (await freePort()), hooks);
    try {
      await becomeReady(engine, options.startTimeoutMs ?? 240_000);
      return engine;
    } catch (error) {
      const log = await readFile(engine.logFile, "utf8");
      await engine.stop();
      // Between our look and vLLM's bind somebody else may take the port. A port that was asked for is not ours to change.
      if (options.port === undefined && attempt < 3 && log.includes("Address already in use")) continue;
      throw error;
    }
  }
}

async function spawnEngine(
  installed: InstalledEngine,
  options: EngineOptions,
  port: number,
  hooks: StartHooks,
): Promise<RealEngine> {
  const model = options.model ?? "tiny";
  const flags = { ...defaultFlags, "served-model-name": model, ...options.flags, port };
  const logFile = path.join(await mkdtemp(path.join(os.tmpdir(), "vllm-engine-")), "engine.log");
  const log = await open(logFile, "a");
  // To a file, not to a pipe: an engine whose reader is gone or slow would stop in the middle of a write.
  const child = spawn(installed.vllm, ["serve", installed.models[model], ...toArguments(flags)], {
    stdio: ["ignore", log.fd, log.fd],
    detached: true,
    env: { ...process.env, ...engineEnvironment, ...options.env },
  });
  const exited = once(child, "exit").then(([code, signal]): ExitFacts => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  try {
    await once(child, "spawn");
  } finally {
    await log.close();
  }
  const { pid } = child;
  if (pid === undefined) throw new Error("A process without a pid.");
  hooks.onSpawn(pid);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid,
    modelName: flags["served-model-name"],
    logFile,
    exited,
    processes: () => groupMembers(pid),
    signal: (title, signal) => signalMember(pid, title, signal),
    stop: latched(() => stopGroup(pid, hooks.stopGraceMs ?? 10_000)),
  };
}

/** No look at the network, no telemetry, 1 GiB of KV cache instead of 92 % of the machine's memory. */
const engineEnvironment = {
  HF_HUB_OFFLINE: "1",
  VLLM_NO_USAGE_STATS: "1",
  DO_NOT_TRACK: "1",
  VLLM_CPU_KVCACHE_SPACE: "1",
};

/** Flags as vLLM's argparse takes them. */
export function toArguments(flags: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) =>
    value === false ? [] : value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
}

async function becomeReady(engine: RealEngine, timeoutMs: number): Promise<void> {
  const watch = new AbortController();
  const ended = engine.exited.then(({ code, signal }) => `ended (code ${code}, signal ${signal}) before it was ready`);
  const late = delay(timeoutMs, undefined, { signal: watch.signal }).then(
    () => `was not ready after ${timeoutMs / 1000} s`,
  );
  const ready = pollReady(engine, watch.signal).then(() => null);
  try {
    const failure = await Promise.race([ready, ended, late]);
    if (failure !== null) throw new Error(`vllm serve ${failure}. ${engine.logFile} ends with:\n${await tail(engine)}`);
  } finally {
    watch.abort();
    // Both end by the abort; what they then say is of no use to anybody.
    await Promise.allSettled([late, ready]);
  }
}

async function pollReady(engine: RealEngine, signal: AbortSignal): Promise<void> {
  while (!(await isReady(engine))) await delay(100, undefined, { signal });
}

async function isReady(engine: RealEngine): Promise<boolean> {
  if (!(await readFile(engine.logFile, "utf8")).includes("Application startup complete.")) return false;
  try {
    const health = await fetch(`${engine.url}/health`, { signal: AbortSignal.timeout(5_000) });
    await health.body?.cancel();
    const models = await fetch(`${engine.url}/v1/models`, { signal: AbortSignal.timeout(5_000) });
    return health.status === 200 && (await models.text()).includes(JSON.stringify(engine.modelName));
  } catch (error) {
    // Not listening yet, or no answer within 5 s: ask again. Anything else is a mistake of ours.
    if (error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError")) return false;
    throw error;
  }
}

async function tail(engine: RealEngine): Promise<string> {
  return (await readFile(engine.logFile, "utf8")).trimEnd().split("\n").slice(-25).join("\n");
}

async function signalMember(group: number, title: string, signal: NodeJS.Signals): Promise<number> {
  const members = (await groupMembers(group)).filter((info) => info.title === title);
  const [member] = members;
  if (member === undefined || members.length > 1) {
    throw new Error(`Group ${group} has ${members.length} processes called ${title}.`);
  }
  const still = await processInfo(member.pid);
  if (still?.startTicks !== member.startTicks) throw new Error(`${title} (pid ${member.pid}) has just ended.`);
  process.kill(member.pid, signal);
  return member.pid;
}

/**
 * vLLM's engine core and workers outlive the API server when that is killed, and a SIGTERM has been seen to hang
 * (vLLM 0.32.0): so the whole group is told, given time, and killed. A group id is not reused while it has members.
 */
async function stopGroup(group: number, stopGraceMs: number): Promise<void> {
  if ((await groupMembers(group)).length === 0) return;
  signalGroup(group, "SIGTERM");
  // A stopped process (SIGSTOP) takes no TERM before it goes on.
  signalGroup(group, "SIGCONT");
  if ((await waitForEmptyGroup(group, stopGraceMs)).length === 0) return;
  signalGroup(group, "SIGKILL");
  const left = await waitForEmptyGroup(group, killGraceMs);
  if (left.length > 0) {
    throw new Error(`Still alive after SIGKILL: ${left.map((info) => `${info.title} (pid ${info.pid})`).join(", ")}.`);
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Callers at any moment share one outcome. */
function latched(run: () => Promise<void>): () => Promise<void> {
  let outcome: Promise<void> | undefined;
  return () => (outcome ??= run());
}

/** A port that nobody had a moment ago. vLLM can also take port 0, but then does not say which it got. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A listening socket without a port.");
  return address.port;
}
