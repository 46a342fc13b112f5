/**
 * A lock that is the operating system's own, on a file, taken through SQLite: the system lets go of it when its process
 * ends, in whatever way. So there is no dead owner to find out about, no process id that somebody else may have by now,
 * and of two that want it at once one gets it.
 */
import { DatabaseSync } from "node:sqlite";
import { errorCodeOf, property } from "./unknown.ts";

const SQLITE_BUSY = 5;

export interface FileLock {
  /** The first call counts. */
  release(): void;
}

/**
 * Takes the lock, and makes its file if need be. null: another process (or another part of this one) has it. Throws what
 * SQLite throws when the file cannot be locked at all: not writable, or on a file system without locks.
 *
 * @param waitMs for one that is held only for a moment, by somebody who asks whether it is held; blocks this thread
 */
export function takeFileLock(file: string, waitMs = 300): FileLock | null {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: waitMs });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (property(error, "errcode") === SQLITE_BUSY) return null;
    throw error;
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/** Whether some process has the lock. False as well when there is no such file. */
export function isFileLocked(file: string): boolean {
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    try {
      // Reading needs a shared lock, which the exclusive one forbids.
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    if (property(error, "errcode") === SQLITE_BUSY) return true;
    if (errorCodeOf(error) === "ERR_SQLITE_ERROR") return false;
    throw error;
  }
}
