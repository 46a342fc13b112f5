import type { ExitFacts, ProcessIdentity } from "../../../protocol/engine.ts";
import { errorCodeOf } from "../../../util/unknown.ts";
import type { EngineProcess } from "../engineProcess.ts";
import type { EngineRecord } from "../engineRecord.ts";
import { EngineHandle } from "./engineHandle.io.ts";
import { LogFollower, rotatedAt } from "./followLog.io.ts";
import { membersOf } from "./members.io.ts";
import { isAlive } from "./processTable.io.ts";
import { LOG_LIMIT_BYTES } from "./spawnEngine.io.ts";

const POLL_MS = 250;

/**
 * Looks after an engine that an earlier life of ours started. null: the process that was started is gone, or its log;
 * what else of it still lives can only be ended. Whoever calls this must be its owner: see `adoptLeftover`.
 */
export async function adoptEngine(record: EngineRecord): Promise<EngineProcess | null> {
  const { process: identity, logFile } = record;
  if (identity === null || !(await isAlive(identity))) return null;
  const older = await rotatedAt(logFile);
  const rotated = older !== null && older.getTime() >= Date.parse(record.startedAt);
  let log;
  try {
    log = await LogFollower.open({ file: logFile, start: record.logStart, rotated, limitBytes: LOG_LIMIT_BYTES });
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return null;
    throw error;
  }
  const { ended, letGo } = watchEnd(identity);
  const members = membersOf(record);
  return new EngineHandle({ identity, members, log, logFile, logStart: record.logStart, ended, letGo });
}

/** It is no child of ours, so nobody tells us. */
function watchEnd(identity: ProcessIdentity): { ended: Promise<ExitFacts>; letGo: () => void } {
  let timer: NodeJS.Timeout;
  const ended = new Promise<ExitFacts>((resolve) => {
    const lookLater = () => {
      timer = setTimeout(() => {
        isAlive(identity).then(
          (alive) => (alive ? lookLater() : resolve({ code: null, signal: null })),
          // That we cannot look (too many open files) does not say that it has ended.
          lookLater,
        );
      }, POLL_MS);
    };
    lookLater();
  });
  return { ended, letGo: () => clearTimeout(timer) };
}
