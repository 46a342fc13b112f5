import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { groupMembers, type ProcessInfo, processInfo, waitForEmptyGroup } from "./processes.ts";

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

const killGraceMs = 10_000;
const KEPT_LOGS = 20;

export async function spawnGroup(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  hooks: SpawnHooks,
): Promise<ProcessGroup> {
  const logFile = await newLogFile(hooks.logFolder);
  const log = await open(logFile, "a");
  // To a file, not to a pipe: an engine whose reader is gone or slow would stop in the middle of a write.
  const child = spawn(command, args, { stdio: ["ignore", log.fd, log.fd], detached: true, env });
  const exited = new Promise<ExitFacts>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  try {
    await once(child, "spawn");
  } finally {
    await log.close();
  }
  const { pid } = child;
  if (pid === undefined) throw new Error("A process without a pid.");
  hooks.onSpawn(pid);
  return {
    pid,
    logFile,
    exited,
    processes: () => groupMembers(pid),
    signal: (title, signal) => signalMember(pid, title, signal),
    stop: latched(() => stopGroup(pid, hooks.stopGraceMs ?? 10_000)),
    kill: () => killGroup(pid),
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

/**
 * vLLM's engine core and workers outlive the API server when that is killed, and a SIGTERM has been seen to hang
 * (vLLM 0.32.0): so the whole group is told, given time, and killed. A group id is not reused while it has members.
 */
async function stopGroup(group: number, graceMs: number): Promise<void> {
  if ((await groupMembers(group)).length === 0) return;
  signalGroup(group, "SIGTERM");
  // A stopped process (SIGSTOP) takes no TERM before it goes on.
  signalGroup(group, "SIGCONT");
  if ((await waitForEmptyGroup(group, graceMs)).length > 0) await killGroup(group);
}

async function killGroup(group: number): Promise<void> {
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
