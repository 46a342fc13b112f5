import type { ProcessIdentity } from "../../protocol/engine.ts";

/** A living process as the system's table shows it. */
export interface ProcessRow extends ProcessIdentity {
  parent: number;
  group: number;
  /** As `group` where the system does not tell sessions. */
  session: number;
}

/** Reads /proc/PID/stat (proc(5)). null: not such a text, or only the remains of a process (a zombie). */
export function parseStat(pid: number, text: string): ProcessRow | null {
  const state = text.charAt(text.lastIndexOf(")") + 2);
  return isRemains(state) ? null : parseStatOfAny(pid, text);
}

/** As `parseStat`, also for the remains of a process. */
export function parseStatOfAny(pid: number, text: string): ProcessRow | null {
  // The name in parentheses may hold blanks and parentheses: count the fields from the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [, parent, group, session] = fields;
  const started = fields[19];
  if (started === undefined || !/^\d+$/.test(started)) return null;
  return { pid, started, parent: Number(parent), group: Number(group), session: Number(session) };
}

/** What `parsePsRow` reads. `sess` is no number on macOS. */
export const psColumns = "pid=,ppid=,pgid=,stat=,lstart=";

const psRow = /^ *(\d+) +(\d+) +(\d+) +(\S+) +(\S+ +\S+ +\S+ +\S+ +\S+) *$/;

/** Reads one line of `ps -o psColumns`. null: a zombie, or not such a line. */
export function parsePsRow(line: string): ProcessRow | null {
  const [, pid, parent, group, state, started] = psRow.exec(line) ?? [];
  if (state === undefined || started === undefined || isRemains(state)) return null;
  const row = { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group) };
  return { ...row, started: started.replaceAll(/ +/g, " ") };
}

function isRemains(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}

export function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.started === other.started;
}
