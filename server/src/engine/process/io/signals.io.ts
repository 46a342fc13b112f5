import { errorCodeOf } from "../../../util/unknown.ts";
import { isSame, type ProcessRow } from "../processRow.ts";
import { readProcess } from "./processTable.io.ts";

export type EndingSignal = "SIGTERM" | "SIGCONT" | "SIGKILL";

/**
 * Signals processes that were found to belong to an engine: the group of its leader as a whole, so that nobody who is
 * just being forked is missed, and all others one by one, each if it is still the same.
 */
export async function signalMembers(
  members: readonly ProcessRow[],
  leaderPid: number,
  signal: EndingSignal,
): Promise<void> {
  const isInGroup = (row: ProcessRow) => row.group === leaderPid;
  if (members.some(isInGroup)) send(-leaderPid, signal);
  for (const row of members.filter((row) => !isInGroup(row))) {
    const now = await readProcess(row.pid);
    if (now !== null && isSame(now, row)) send(row.pid, signal);
  }
}

/** @param target a pid, or the negative of a group's id */
function send(target: number, signal: EndingSignal): void {
  // 0 would be our own group, 1 the system's first process, and -1 everybody.
  if (!Number.isSafeInteger(target) || Math.abs(target) <= 1) throw new Error(`Not a process to signal: ${target}.`);
  try {
    process.kill(target, signal);
  } catch (error) {
    // Gone in the meantime.
    if (errorCodeOf(error) !== "ESRCH") throw error;
  }
}
