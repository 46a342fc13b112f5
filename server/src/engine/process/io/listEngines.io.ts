import type { ProcessIdentity } from "../../../protocol/engine.ts";
import type { EngineRecord } from "../engineRecord.ts";
import { compareScopes } from "../scope.ts";
import { findLeftovers } from "./leftovers.io.ts";
import { isAlive } from "./processTable.io.ts";
import { readRecord, recordIds } from "./records.io.ts";
import { ownScope } from "./scope.io.ts";

/** An engine of ours on this machine, as its record has it. */
export interface ListedEngine {
  record: EngineRecord;
  /** The process of ours that looks after it; null: none does, it runs by itself. */
  owner: ProcessIdentity | null;
}

/** All engines of ours that live on this machine. Records of which nothing is left are removed. */
export async function listEngines(stateFolder: string): Promise<ListedEngine[]> {
  const alone = new Set((await findLeftovers(stateFolder)).map(({ record }) => record.id));
  const records = await Promise.all((await recordIds(stateFolder)).map((id) => readRecord(stateFolder, id)));
  const listed: ListedEngine[] = [];
  for (const record of records) {
    if (record === null || compareScopes(record.scope, ownScope()) !== "here") continue;
    if (alone.has(record.id)) listed.push({ record, owner: null });
    else if (await isAlive(record.owner)) listed.push({ record, owner: record.owner });
  }
  return listed;
}
