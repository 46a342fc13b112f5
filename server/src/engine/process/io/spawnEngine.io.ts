import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, stat } from "node:fs/promises";
import path from "node:path";
import type { ExitFacts } from "../../../protocol/engine.ts";
import { errorCodeOf, messageOf } from "../../../util/unknown.ts";
import { MARK_VARIABLE, type EngineProcess } from "../engineProcess.ts";
import { EngineHandle } from "./engineHandle.io.ts";
import { LogFollower } from "./followLog.io.ts";
import { Members } from "./members.io.ts";
import { identityOfPid } from "./processTable.io.ts";

export interface SpawnOptions {
  /** A text that no other engine has, for its environment; what belongs to it is found by that. */
  mark: string;
  /** A path, or a name that the PATH of `env` finds. */
  command: string;
  args: readonly string[];
  /** All of its environment. */
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Appended to; made if need be, with its folder. Only the user may read it. */
  logFile: string;
  /** A log that is larger is rotated: the last three parts are kept. */
  logLimitBytes?: number;
}

export const LOG_LIMIT_BYTES = 16 << 20;

/**
 * Starts an engine as the leader of a session and group of its own, so that a Ctrl-C in our terminal is not its, and it
 * can be ended with all that it started. Rejects, in words for a person, when it cannot be started; then nothing runs.
 */
export async function spawnEngine(options: SpawnOptions): Promise<EngineProcess> {
  if (process.platform === "win32") {
    throw new Error("vLLM does not run on Windows itself. Start it, and vllm-batch, in WSL 2.");
  }
  const { logFile } = options;
  await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
  const output = await open(logFile, "a", 0o600);
  try {
    // It may have been there before.
    await output.chmod(0o600);
    const start = (await output.stat()).size;
    const log = await LogFollower.open({
      file: logFile,
      start,
      rotated: false,
      limitBytes: options.logLimitBytes ?? LOG_LIMIT_BYTES,
    });
    try {
      return await spawnWithLog(options, { fd: output.fd, start, log });
    } catch (error) {
      await log.close();
      throw error;
    }
  } finally {
    await output.close();
  }
}

interface OpenLog {
  fd: number;
  start: number;
  log: LogFollower;
}

async function spawnWithLog(options: SpawnOptions, { fd, start, log }: OpenLog): Promise<EngineProcess> {
  const child = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: { ...options.env, [MARK_VARIABLE]: options.mark },
    stdio: ["ignore", fd, fd],
    detached: true,
  });
  const ended = endOf(child);
  // Before anybody else has a turn: it may end at once, and then its pid is free when we are told.
  const asked = child.pid === undefined ? null : identityOfPid(child.pid);
  try {
    await once(child, "spawn");
  } catch (error) {
    throw await cannotStart(options, error);
  }
  if (child.pid === undefined) throw new Error("A process without a pid.");
  const identity = (await asked) ?? { pid: child.pid, started: "ended" };
  return new EngineHandle({
    identity,
    members: new Members(options.mark, [identity], child.pid),
    log,
    logFile: options.logFile,
    logStart: start,
    ended,
    letGo: () => child.unref(),
  });
}

async function endOf(child: ChildProcess): Promise<ExitFacts> {
  return await new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

async function cannotStart({ command, cwd }: SpawnOptions, error: unknown): Promise<Error> {
  return new Error(await whyNotStarted(command, cwd, error), { cause: error });
}

async function whyNotStarted(command: string, cwd: string, error: unknown): Promise<string> {
  const code = errorCodeOf(error);
  // The same code is given for a folder that is missing.
  if (code === "ENOENT" && !(await isFolder(cwd)))
    return `The folder ${cwd}, where ${command} is to run, does not exist.`;
  if (code === "ENOENT") return `There is no program ${command}. Is vLLM installed there?`;
  if (code === "EACCES") return `${command} cannot be run: it is no program, or you may not run it (chmod +x).`;
  return `${command} cannot be started: ${messageOf(error)}.`;
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return false;
    throw error;
  }
}
