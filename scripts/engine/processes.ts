import { setTimeout as delay } from "node:timers/promises";
import { readProcess, readProcesses, titleOf } from "../../server/src/engine/process/io/processTable.io.ts";
import type { ProcessRow } from "../../server/src/engine/process/processRow.ts";

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
  const row = await readProcess(pid);
  return row === null ? null : await infoOf(row);
}

/** The living members of a process group. */
export async function groupMembers(processGroup: number): Promise<ProcessInfo[]> {
  return await Promise.all((await readProcesses()).filter((row) => row.group === processGroup).map(infoOf));
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

async function infoOf({ pid, started, group }: ProcessRow): Promise<ProcessInfo> {
  return { pid, startTicks: Number(started), processGroup: group, title: await titleOf(pid) };
}
