/** The logs of the engines that were started on this machine, one file each and its rotated parts. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { recordIds } from "../../engine/process/io/records.io.ts";
import { errorCodeOf } from "../../util/unknown.ts";

/** Engines that have ended keep theirs until so many others have come. A run has all of its own in its folder. */
export const KEPT_ENGINES = 20;

interface EngineLog {
  id: string;
  files: string[];
  /** Milliseconds since 1970. */
  writtenAt: number;
}

/** Where the log of a new engine goes; those of the oldest engines, that have ended, make room for it. */
export async function newLogFile(stateFolder: string, id: string): Promise<string> {
  const living = new Set(await recordIds(stateFolder));
  const ended = (await listLogs(stateFolder)).filter((log) => !living.has(log.id));
  // With this one there are as many as are kept.
  const files = ended.slice(KEPT_ENGINES - 1).flatMap((log) => log.files);
  await Promise.all(files.map((file) => rm(file, { force: true })));
  return path.join(stateFolder, "logs", `${id}.log`);
}

/** The log that was written to last; null: there is none. */
export async function newestLog(stateFolder: string): Promise<string | null> {
  const [newest] = await listLogs(stateFolder);
  return newest === undefined ? null : path.join(stateFolder, "logs", `${newest.id}.log`);
}

/** The newest first. */
async function listLogs(stateFolder: string): Promise<EngineLog[]> {
  const folder = path.join(stateFolder, "logs");
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  });
  const logs = new Map<string, EngineLog>();
  for (const name of names) {
    const id = /^(.+)\.log(?:\.\d+|\.rotating)?$/.exec(name)?.[1];
    if (id === undefined) continue;
    const log = logs.get(id) ?? { id, files: [], writtenAt: 0 };
    logs.set(id, log);
    const file = path.join(folder, name);
    log.files.push(file);
    log.writtenAt = Math.max(log.writtenAt, await writtenAt(file));
  }
  return [...logs.values()].sort((a, b) => b.writtenAt - a.writtenAt);
}

/** One that somebody else has just moved or removed counts as old as can be. */
async function writtenAt(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
