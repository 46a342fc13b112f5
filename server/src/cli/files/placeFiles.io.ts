import { lstat, rename } from "node:fs/promises";
import { syncFolder } from "../../util/atomicFile.io.ts";
import { errorCodeOf } from "../../util/unknown.ts";

/** Those of the paths where something stands already. */
export async function existing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(stands));
  return paths.filter((_, index) => found[index] === true);
}

/** Moves finished files to their places, in place of what stands there. They lie on the same disk. */
export async function placeFiles(folder: string, moves: readonly { from: string; to: string }[]): Promise<void> {
  for (const { from, to } of moves) await rename(from, to);
  await syncFolder(folder);
}

async function stands(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return false;
    throw error;
  }
}
