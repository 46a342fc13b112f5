import { setTimeout as delay } from "node:timers/promises";
import type { ProcessRow } from "../processRow.ts";
import type { Members } from "./members.io.ts";
import { titleOf } from "./processTable.io.ts";
import { signalMembers } from "./signals.io.ts";

const POLL_MS = 25;
/** What KILL does not end by then waits in the kernel, usually for a driver. */
const KILL_WAIT_MS = 10_000;

type Findable = Pick<Members, "find" | "glance">;

/**
 * Ends all that belongs to an engine and makes sure of it. vLLM's engine core and workers outlive the API server when
 * that is killed, and a SIGTERM has been seen to hang (vLLM 0.32.0): so all are told, given time, and killed.
 *
 * @param deadline until when TERM has time (performance.now()); asked again and again, as it may be brought forward
 */
export async function stopMembers(members: Findable, leaderPid: number, deadline: () => number): Promise<void> {
  let left = await members.find();
  if (left.length > 0 && performance.now() < deadline()) {
    await signalMembers(left, leaderPid, "SIGTERM");
    // A stopped process (SIGSTOP) takes no TERM before it goes on.
    await signalMembers(left, leaderPid, "SIGCONT");
    left = await waitWhileAlive(members, deadline);
  }
  const killDeadline = performance.now() + KILL_WAIT_MS;
  while (left.length > 0) {
    if (performance.now() > killDeadline) throw new Error(await stillAlive(left));
    await signalMembers(left, leaderPid, "SIGKILL");
    await delay(POLL_MS);
    left = await members.find();
  }
}

async function waitWhileAlive(members: Findable, deadline: () => number): Promise<ProcessRow[]> {
  while (performance.now() < deadline()) {
    await delay(POLL_MS);
    if ((await members.glance()).length === 0) break;
  }
  return await members.find();
}

async function stillAlive(rows: readonly ProcessRow[]): Promise<string> {
  const names = await Promise.all(rows.map(async ({ pid }) => `${(await titleOf(pid)) || "?"} (pid ${pid})`));
  return (
    `Still alive ${KILL_WAIT_MS / 1000} s after SIGKILL: ${names.join(", ")}. ` +
    "Such a process waits for a driver; it may keep GPU memory until the machine is restarted."
  );
}
