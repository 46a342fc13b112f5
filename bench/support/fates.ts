import { groupMembers } from "../../scripts/engine/processes.ts";
import { listEngines } from "../../server/src/engine/process/io/listEngines.io.ts";
import { measureHang, measureRecovery, type Recovery } from "./recovery.ts";
import type { RunView } from "./runView.ts";

/** What befalls an engine of the product. */
export interface Fate {
  /** It dies, or stands still. */
  signal: "SIGKILL" | "SIGSTOP";
  /** The process that it befalls, as it calls itself; null: the one that was started, vLLM's API server. */
  title: string | null;
}

export interface MetFate {
  /** The process that was started; its pid is also the number of its group. */
  leader: number;
  recovery: Recovery;
  /** How long after the last answer the hang was noticed; null: it died. */
  noticedSeconds: number | null;
}

/**
 * Lets the engine of a run meet its fate, and sees the run to its next answer.
 * @param launches how many there have been before
 */
export async function meet(fate: Fate, launches: number, view: RunView): Promise<MetFate> {
  const leader = await leaderIn(view.stateFolder);
  const victim = fate.title === null ? leader : await memberCalled(leader, fate.title);
  const hangs = (await view.eventsOf("hang")).length;
  const sentMs = Date.now();
  process.kill(victim, fate.signal);
  const hang = fate.signal === "SIGSTOP" ? await measureHang(view, hangs) : null;
  const recovery = await measureRecovery(view, launches, hang?.atMs ?? sentMs);
  return { leader, recovery, noticedSeconds: hang?.afterSeconds ?? null };
}

/** The process that was started for the one engine of a state folder. */
export async function leaderIn(stateFolder: string): Promise<number> {
  const [engine, ...others] = await listEngines(stateFolder);
  const pid = engine?.record.process?.pid;
  if (pid === undefined || others.length > 0) throw new Error(`Not one engine runs in ${stateFolder}.`);
  return pid;
}

/** The process of an engine that calls itself so, such as `VLLM::EngineCore`. */
export async function memberCalled(leader: number, title: string): Promise<number> {
  const member = (await groupMembers(leader)).find((one) => one.title === title);
  if (member === undefined) throw new Error(`Group ${leader} has no process called ${title}.`);
  return member.pid;
}
