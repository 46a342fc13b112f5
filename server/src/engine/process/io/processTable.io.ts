import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { ProcessIdentity } from "../../../protocol/engine.ts";
import { errorCodeOf } from "../../../util/unknown.ts";
import { isSame, parsePsRow, parseStat, parseStatOfAny, type ProcessRow, psColumns } from "../processRow.ts";

/** Everything else that we run on is read by `ps`. */
const hasProc = process.platform === "linux";
const run = promisify(execFile);

/** Every living process. A process that is being started or ended at this moment may be missing. */
export async function readProcesses(): Promise<ProcessRow[]> {
  if (!hasProc) return await readPs(["-A"]);
  // At once, and not in turns with others: what forks meanwhile would not be seen. It is memory, and takes milliseconds.
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readStat(Number(pid))).filter((row) => row !== null);
}

/** The living process with this pid. null: there is none, or only its remains (a zombie). */
export async function readProcess(pid: number): Promise<ProcessRow | null> {
  if (hasProc) return readStat(pid);
  return (await readPs(["-p", String(pid)])).find((row) => row.pid === pid) ?? null;
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const row = await readProcess(identity.pid);
  return row !== null && isSame(row, identity);
}

/** Also of a process that has ended, as long as its parent has not taken note of it. null: there is no such. */
export async function identityOfPid(pid: number): Promise<ProcessIdentity | null> {
  const row = hasProc ? readStat(pid, parseStatOfAny) : await readProcess(pid);
  return row === null ? null : identityOf(row);
}

let own: ProcessIdentity | undefined;

/** Of the process in which this runs. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  own ??= identityOf((await readProcess(process.pid)) ?? { pid: process.pid, started: "unknown" });
  return own;
}

/** No more than the identity of a row. */
export function identityOf({ pid, started }: ProcessIdentity): ProcessIdentity {
  return { pid, started };
}

/** What a process calls itself: `VLLM::EngineCore`, or the first word of its command line. Empty when it has ended. */
export async function titleOf(pid: number): Promise<string> {
  if (!hasProc) return (await ps(["-p", String(pid), "-o", "comm="])).trim();
  return ((await readOfProcess(pid, "cmdline")) ?? "").split("\0", 1).join("").trim();
}

/**
 * While a process executes another program its environment reads as empty (environ_read of Linux; 290 of 3,000 times of
 * one that does nothing else). A thread of the kernel has none at any time, so it is looked again a few times only.
 */
const LOOKS = 5;
const LOOK_EVERY_MS = 10;

/**
 * Which of these processes were started with `entry` (`NAME=value`) in their environment. Empty where the system does
 * not show it: those of other users, and all where there is no /proc. What renames itself may overwrite its own.
 */
export async function startedWith(pids: readonly number[], entry: string): Promise<Set<number>> {
  const found = new Set<number>();
  let unread = hasProc ? pids : [];
  for (let look = 0; look < LOOKS && unread.length > 0; look++) {
    if (look > 0) await delay(LOOK_EVERY_MS);
    const environments = await Promise.all(unread.map((pid) => readOfProcess(pid, "environ")));
    for (const [index, pid] of unread.entries()) if (environments[index]?.split("\0").includes(entry)) found.add(pid);
    unread = unread.filter((_, index) => environments[index] === "");
  }
  return found;
}

function readStat(pid: number, parse = parseStat): ProcessRow | null {
  try {
    return parse(pid, readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/**
 * These two are in the memory of the process itself: one that is stuck in the kernel may not let us read them.
 * null: it has ended, is another user's, or is stuck.
 */
async function readOfProcess(pid: number, name: "cmdline" | "environ"): Promise<string | null> {
  const late = new AbortController();
  try {
    const text = readFile(`/proc/${pid}/${name}`, "utf8");
    return await Promise.race([text, delay(1_000, null, { signal: late.signal })]);
  } catch (error) {
    if (isGone(error) || errorCodeOf(error) === "EACCES" || errorCodeOf(error) === "EPERM") return null;
    throw error;
  } finally {
    late.abort();
  }
}

/** ENOENT before the open, ESRCH after it. */
function isGone(error: unknown): boolean {
  return errorCodeOf(error) === "ENOENT" || errorCodeOf(error) === "ESRCH";
}

async function readPs(which: readonly string[]): Promise<ProcessRow[]> {
  const text = await ps([...which, "-o", psColumns]);
  return text
    .split("\n")
    .map(parsePsRow)
    .filter((row) => row !== null);
}

async function ps(args: readonly string[]): Promise<string> {
  // The names of months and days are part of what is compared.
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await run("ps", args, { env, timeout: 10_000, maxBuffer: 64 * 2 ** 20 }).catch(
    (error: unknown) => {
      // It ends with 1 when there is no such process.
      if (error instanceof Error && "code" in error && error.code === 1) return { stdout: "" };
      throw error;
    },
  );
  return stdout;
}
