import type { ProcessIdentity } from "../../protocol/engine.ts";
import type { ProcessRow } from "./processRow.ts";

export interface Known {
  /** Processes known to belong to the engine. Those that have ended, and whose pids others may have by now, do no harm. */
  identities: readonly ProcessIdentity[];
  /** Pids whose environment says that they belong to it. */
  marked: ReadonlySet<number>;
  /** A group and session that is certainly ours, as its leader is a child whose pid is not yet free; or null. */
  group: number | null;
  /** Our own pid: never part of an engine, though we may run inside what another one started. */
  self: number;
}

/**
 * Who belongs to an engine. We started it in a session of its own, and a session or group can only be entered from
 * inside: so all members of a group or session that has one of ours in it are ours, and so is what they started. A
 * group whose leader is gone proves nothing by its number, as that is given out again once it is empty.
 */
export function belonging(table: readonly ProcessRow[], known: Known): ProcessRow[] {
  const others = table.filter((row) => row.pid > 1 && row.pid !== known.self);
  const identities = new Set(known.identities.map(keyOf));
  const found = new Set(
    others.filter((row) => identities.has(keyOf(row)) || known.marked.has(row.pid) || isIn(row, known.group)),
  );
  const shared = sessionsOf(table.filter((row) => row.pid === known.self || row.pid <= 1));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const pids = new Set([...found].map((row) => row.pid));
    const groups = new Set([...found].flatMap((row) => [row.group, row.session]).filter((id) => !shared.has(id)));
    for (const row of others) {
      if (pids.has(row.parent) || groups.has(row.group) || groups.has(row.session)) found.add(row);
    }
  }
  return [...found];
}

/** If one of ours were in our own session, that would not make the rest of it part of an engine. */
function sessionsOf(rows: readonly ProcessRow[]): Set<number> {
  return new Set([0, 1, ...rows.flatMap((row) => [row.group, row.session])]);
}

function isIn(row: ProcessRow, group: number | null): boolean {
  return group !== null && (row.group === group || row.session === group);
}

function keyOf({ pid, started }: ProcessIdentity): string {
  return `${pid} ${started}`;
}
