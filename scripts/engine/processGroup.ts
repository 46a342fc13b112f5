import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { spawnEngine } from "../../server/src/engine/process/io/spawnEngine.io.ts";
import { groupMembers, type ProcessInfo, processInfo } from "./processes.ts";

export interface ExitFacts {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that we started as the leader of a session and process group of its own, and what it started in turn. */
export interface ProcessGroup {
  /** Of the process we started; also the id of the group. */
  readonly pid: number;
  /** Everything it printed, stdout and stderr in one. */
  readonly logFile: string;
  /** How the process we started ended. Others of the group may live on. */
  readonly exited: Promise<ExitFacts>;
  /** Who is alive in the group. */
  processes(): Promise<ProcessInfo[]>;
  /** Signals the one process with this title, such as `VLLM::EngineCore`. Gives its pid. */
  signal(title: string, signal: NodeJS.Signals): Promise<number>;
  /** TERM to the group, KILL to what is left, and a check that nothing is. Also when its leader has died. */
  stop(): Promise<void>;
  /** KILL to the whole group at once, and a check that nothing is left. */
  kill(): Promise<void>;
}

export interface SpawnHooks {
  /** Where its log goes; the newest 20 are kept. */
  logFolder: string;
  /** Hears of the process group before anything can go wrong. */
  onSpawn: (processGroup: number) => void;
  /** How long a stop waits after its TERM. */
  stopGraceMs?: number;
}

const KEPT_LOGS = 20;

export async function spawnGroup(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  hooks: SpawnHooks,
): Promise<ProcessGroup> {
  const logFile = await newLogFile(hooks.logFolder);
  const engine = await spawnEngine({
    mark: logFile,
    command,
    args,
    env,
    cwd: process.cwd(),
    logFile,
    // Who looks into it expects it whole.
    logLimitBytes: Infinity,
  });
  const { pid } = engine.identity;
  hooks.onSpawn(pid);
  return {
    pid,
    logFile,
    // Of a child of ours, Node gives the signal by its own names.
    exited: engine.exited as Promise<ExitFacts>,
    processes: () => groupMembers(pid),
    signal: (title, signal) => signalMember(pid, title, signal),
    stop: () => engine.stop({ graceMs: hooks.stopGraceMs ?? 10_000 }),
    kill: () => engine.stop({ graceMs: 0 }),
  };
}

async function newLogFile(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  // Their names begin with the time.
  const old = (await readdir(folder)).filter((name) => name.endsWith(".log")).toSorted();
  for (const name of old.slice(0, -KEPT_LOGS)) await rm(path.join(folder, name), { force: true });
  const time = new Date().toISOString().replaceAll(":", "");
  return path.join(folder, `${time}-${randomBytes(3).toString("hex")}.log`);
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
