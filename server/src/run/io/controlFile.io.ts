import { rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { errorCodeOf } from "../../util/unknown.ts";

/** Asks the process that works on a run to cancel it. It looks twice a second. */
const CANCEL_FILE = "cancel.request";

export async function askToCancel(folder: string): Promise<void> {
  await writeFile(path.join(folder, CANCEL_FILE), "");
}

export async function isAskedToCancel(folder: string): Promise<boolean> {
  try {
    await stat(path.join(folder, CANCEL_FILE));
    return true;
  } catch (error) {
    // A folder that is gone or broken is for the result log to tell.
    if (errorCodeOf(error) !== undefined) return false;
    throw error;
  }
}

export async function forgetCancel(folder: string): Promise<void> {
  await rm(path.join(folder, CANCEL_FILE), { force: true });
}
