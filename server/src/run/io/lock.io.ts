/** One writer per run folder. */
import path from "node:path";
import { type FileLock, isFileLocked, takeFileLock } from "../../util/fileLock.io.ts";
import { messageOf } from "../../util/unknown.ts";
import { RunProblem } from "../runProblem.ts";

const LOCK_FILE = "run.lock";

export type RunLock = FileLock;

/**
 * Takes the lock of a run folder, or returns null when another process (or another part of this one) has it.
 * Throws RunProblem when the folder cannot be locked at all.
 */
export function takeLock(folder: string): RunLock | null {
  try {
    return takeFileLock(path.join(folder, LOCK_FILE));
  } catch (error) {
    throw new RunProblem(
      "input",
      `The run folder ${folder} cannot be locked (${messageOf(error)}). It must be writable, and on a file system ` +
        "with file locks: choose another with --out.",
      { cause: error },
    );
  }
}

/** Whether some process works on this run. False as well for a folder without a lock. */
export function isLocked(folder: string): boolean {
  return isFileLocked(path.join(folder, LOCK_FILE));
}
