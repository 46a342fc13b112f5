import { constants, copyFile, rm } from "node:fs/promises";
import { fixFile, type FixFileOptions } from "../../batch/io/fixFile.io.ts";
import type { FixSummary } from "../../batch/fixes/fixer.ts";

/**
 * Mends a file in its place, after a copy of it was made at `backup`, where nothing may be yet. Throws as fixFile does;
 * when the signal ends it, the file is as it was and there is no copy.
 */
export async function mendOnDisk(
  path: string,
  backup: string,
  options: FixFileOptions & { signal: AbortSignal },
): Promise<FixSummary> {
  await copyFile(path, backup, constants.COPYFILE_EXCL);
  try {
    return await fixFile(path, path, options);
  } catch (error) {
    // Only then is it certain that the copy is not all that is left of the file.
    if (options.signal.aborted && error === options.signal.reason) await rm(backup, { force: true });
    throw error;
  }
}
