/**
 * One writer per run folder. The lock is the operating system's own, on a file of the folder, taken through SQLite:
 * the system lets go of it when its process ends, in whatever way. So there is no dead owner to find out about, no
 * process id that somebody else may have by now, and of two that want it at once one gets it.
 */
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { errorCodeOf, messageOf, property } from "../../util/unknown.ts";
import { RunProblem } from "../runProblem.ts";

const LOCK_FILE = "run.lock";
const SQLITE_BUSY = 5;

export interface RunLock {
  /** The first call counts. */
  release(): void;
}

/**
 * Takes the lock of a run folder, or returns null when another process (or another part of this one) has it.
 * Throws RunProblem when the folder cannot be locked at all.
 */
export function takeLock(folder: string): RunLock | null {
  let database;
  try {
    // It may be held for a moment by somebody who asks whether it is held.
    database = new DatabaseSync(path.join(folder, LOCK_FILE), { timeout: 300 });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (property(error, "errcode") === SQLITE_BUSY) return null;
    throw new RunProblem(
      "input",
      `The run folder ${folder} cannot be locked (${messageOf(error)}). It must be writable, and on a file system ` +
        "with file locks: choose another with --out.",
      { cause: error },
    );
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/** Whether some process works on this run. False as well for a folder without a lock. */
export function isLocked(folder: string): boolean {
  try {
    const database = new DatabaseSync(path.join(folder, LOCK_FILE), { readOnly: true, timeout: 0 });
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
