import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

export interface ProcessInfo {
  pid: number;
  /** Clock ticks since boot: with the pid, the identity of a process. */
  startTicks: number;
  processGroup: number;
  /** What the process calls itself: `VLLM::EngineCore`, or the first word of its command line. */
  title: string;
}

/** The process with this pid, or null when there is none or only its remains (a zombie) are left. */
export async function processInfo(pid: number): Promise<ProcessInfo | null> {
  let stat: string;
  let commandLine: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, "utf8");
    commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8");
  } catch (error) {
    // ENOENT before the open, ESRCH after it: gone in both cases.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return null;
    throw error;
  }
  // The name in parentheses may hold blanks and parentheses: count the fields from the last one (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, , processGroup] = fields;
  if (state === "Z" || state === "X") return null;
  const title = commandLine.split("\0")[0] ?? "";
  return { pid, startTicks: Number(fields[19]), processGroup: Number(processGroup), title: title.trim() };
}

/** The living members of a process group. */
export async function groupMembers(processGroup: number): Promise<ProcessInfo[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(processInfo));
  return all.filter((info) => info !== null).filter((info) => info.processGroup === processGroup);
}

/** Waits until the group is empty. Gives those who are left when the time is up. */
export async function waitForEmptyGroup(processGroup: number, timeoutMs: number): Promise<ProcessInfo[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = await groupMembers(processGroup);
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(50);
  }
}
