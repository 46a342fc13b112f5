import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../../util/atomicFile.io.ts";
import { errorCodeOf } from "../../../util/unknown.ts";
import { emptyMemory, parseMemory, type EngineMemory } from "../lastKnownGood.ts";

const FILE = "last-known-good.json";

/** What we know of engines that worked. Empty when nothing is kept yet. Rejects when the file cannot be read. */
export async function readEngineMemory(stateFolder: string): Promise<EngineMemory> {
  try {
    return parseMemory(await readFile(path.join(stateFolder, FILE), "utf8"));
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return emptyMemory;
    throw error;
  }
}

/**
 * Changes what is kept and gives it: `change` gets what is there now. The file is the user's alone (settings may hold a token).
 * Of two programs that do it at the same moment, one may lose its entry; the file stays whole.
 */
export async function updateEngineMemory(
  stateFolder: string,
  change: (memory: EngineMemory) => EngineMemory,
): Promise<EngineMemory> {
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const memory = change(await readEngineMemory(stateFolder));
  await replaceFile(path.join(stateFolder, FILE), async (file) => {
    await file.chmod(0o600);
    await file.writeFile(JSON.stringify(memory, null, 2) + "\n");
  });
  return memory;
}
