import { chmod, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { replaceFile } from "../../../util/atomicFile.io.ts";
import { takeFileLock } from "../../../util/fileLock.io.ts";
import { errorCodeOf } from "../../../util/unknown.ts";
import type { EngineRecord } from "../engineRecord.ts";
import { isEngineId, parseRecord } from "../parseRecord.ts";

const LOCK_WAIT_MS = 10_000;

/** Writes a record, at once or not at all. It holds the key of the engine: only the user may read it. */
export async function writeRecord(stateFolder: string, record: EngineRecord): Promise<void> {
  await makeFolder(stateFolder);
  await replaceFile(fileOf(stateFolder, record.id), async (file) => {
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify(record, null, 2)}\n`);
  });
}

/** null: there is none, or one that this version of ours cannot read. */
export async function readRecord(stateFolder: string, id: string): Promise<EngineRecord | null> {
  try {
    return parseRecord(await readFile(fileOf(stateFolder, id), "utf8"));
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return null;
    throw error;
  }
}

export async function removeRecord(stateFolder: string, id: string): Promise<void> {
  await rm(fileOf(stateFolder, id), { force: true });
}

/** Removes the record of an engine of which nothing lives, and the socket that one that was killed leaves behind. */
export async function forgetEngine(stateFolder: string, { id, address }: EngineRecord): Promise<void> {
  if (address.socketPath !== null) await rm(address.socketPath, { force: true });
  await removeRecord(stateFolder, id);
}

/** The ids of all records. */
export async function recordIds(stateFolder: string): Promise<string[]> {
  try {
    const names = await readdir(path.join(stateFolder, "engines"));
    const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
    return ids.filter(isEngineId).toSorted();
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/**
 * One after the other, of all processes: who finds a leftover engine makes it his own before others look. Waits for up
 * to 10 s, and rejects then; nobody holds it for longer than a few file operations take.
 */
export async function withRecordsLocked<T>(stateFolder: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(stateFolder);
  const file = path.join(stateFolder, "engines", "lock");
  const deadline = performance.now() + LOCK_WAIT_MS;
  let lock = takeFileLock(file, 0);
  while (lock === null) {
    if (performance.now() > deadline) throw new Error(`${file} has been locked by another process for 10 s.`);
    await delay(20);
    lock = takeFileLock(file, 0);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function fileOf(stateFolder: string, id: string): string {
  if (!isEngineId(id)) throw new Error(`Not the id of an engine: ${JSON.stringify(id)}.`);
  return path.join(stateFolder, "engines", `${id}.json`);
}

async function makeFolder(stateFolder: string): Promise<void> {
  const folder = path.join(stateFolder, "engines");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // It may have been there before.
  await chmod(folder, 0o700);
}
