import type { ProcessIdentity } from "../../../protocol/engine.ts";
import { belonging } from "../belonging.ts";
import { MARK_VARIABLE } from "../engineProcess.ts";
import type { EngineRecord } from "../engineRecord.ts";
import { isSame, type ProcessRow } from "../processRow.ts";
import { identityOf, readProcesses, startedWith } from "./processTable.io.ts";

/** Finds what belongs to one engine, and does not forget those whose parents have died since. */
export class Members {
  readonly #mark: string | null;
  #known: readonly ProcessIdentity[];
  #childGroup: number | null;

  /**
   * @param mark what it carries in its environment; null: it has none
   * @param childGroup the group of the leader, while that is a child of ours
   */
  constructor(mark: string | null, known: readonly ProcessIdentity[], childGroup: number | null = null) {
    this.#mark = mark;
    this.#known = known;
    this.#childGroup = childGroup;
  }

  /**
   * To be called at once when the child has ended. Its pid, the number of its group, is free for others from then on
   * when the group is empty; if it is not, those whom we find now show later that it is still the same.
   */
  async childEnded(): Promise<ProcessRow[]> {
    try {
      return await this.glance();
    } finally {
      this.#childGroup = null;
    }
  }

  /** All that live. Looks into the environment of every process, too: not for many times a second. */
  async find(): Promise<ProcessRow[]> {
    if (this.#mark === null) return await this.glance();
    const before = await readProcesses();
    const pids = before.map(({ pid }) => pid);
    const marked = await startedWith(pids, `${MARK_VARIABLE}=${this.#mark}`);
    const after = await readProcesses();
    // A pid may have passed to another process while environments were read: it must be the same before and after.
    const same = before.filter((row) => marked.has(row.pid) && after.some((now) => isSame(now, row)));
    return this.#remember(after, new Set(same.map(({ pid }) => pid)));
  }

  /** As `find`, but without those that only their environment would show. */
  async glance(): Promise<ProcessRow[]> {
    return this.#remember(await readProcesses(), new Set());
  }

  #remember(table: readonly ProcessRow[], marked: ReadonlySet<number>): ProcessRow[] {
    const rows = belonging(table, { identities: this.#known, marked, group: this.#childGroup, self: process.pid });
    if (rows.length > 0) this.#known = rows.map(identityOf);
    return rows;
  }
}

/** Of an engine that we know by its record. */
export function membersOf({ mark, process, members }: EngineRecord): Members {
  return new Members(mark, process === null ? members : [process, ...members]);
}
