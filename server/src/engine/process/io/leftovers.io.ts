import type { ProcessIdentity } from "../../../protocol/engine.ts";
import type { EngineRecord } from "../engineRecord.ts";
import type { StopOptions } from "../engineProcess.ts";
import { compareScopes } from "../scope.ts";
import { adoptEngine } from "./adoptEngine.io.ts";
import { membersOf } from "./members.io.ts";
import { identityOf, isAlive, ownIdentity } from "./processTable.io.ts";
import { RecordedEngine } from "./recordedEngine.io.ts";
import { forgetEngine, readRecord, recordIds, withRecordsLocked, writeRecord } from "./records.io.ts";
import { ownScope } from "./scope.io.ts";
import { stopMembers } from "./stopMembers.io.ts";

/** An engine whose owner is dead, and which still lives, at least in part. */
export interface Leftover {
  record: EngineRecord;
  /** Who lives of it. Without the process of the record it can only be ended. */
  members: ProcessIdentity[];
}

/** What earlier lives of ours left running on this machine. Records of which nothing is left are removed. */
export async function findLeftovers(stateFolder: string): Promise<Leftover[]> {
  const ids = await recordIds(stateFolder);
  if (ids.length === 0) return [];
  return await withRecordsLocked(stateFolder, async () => {
    const found: Leftover[] = [];
    for (const id of ids) {
      const leftover = await lookAt(stateFolder, id);
      if (leftover !== null) found.push(leftover);
    }
    return found;
  });
}

/** Makes a leftover engine ours again. null: its first process is gone, or somebody else looks after it. */
export async function adoptLeftover(stateFolder: string, id: string): Promise<RecordedEngine | null> {
  const claimed = await claim(stateFolder, id);
  if (claimed === null) return null;
  let engine;
  try {
    engine = await adoptEngine(claimed.record);
  } finally {
    if (engine === undefined || engine === null) await giveBack(stateFolder, claimed);
  }
  return engine === null ? null : new RecordedEngine(stateFolder, engine, claimed.record);
}

/**
 * Ends a leftover engine. False: it is gone already, or somebody else looks after it. Rejects when something of it is
 * still alive after KILL; it is found again then.
 */
export async function endLeftover(stateFolder: string, id: string, { graceMs }: StopOptions): Promise<boolean> {
  const claimed = await claim(stateFolder, id);
  if (claimed === null) return false;
  const deadline = performance.now() + graceMs;
  try {
    await stopMembers(membersOf(claimed.record), leaderOf(claimed), () => deadline);
  } catch (error) {
    await giveBack(stateFolder, claimed);
    throw error;
  }
  await forgetEngine(stateFolder, claimed.record);
  return true;
}

interface Claimed {
  /** With us as its owner. */
  record: EngineRecord;
  formerOwner: ProcessIdentity;
  members: ProcessIdentity[];
}

/** Of two that want the same one, the second finds an owner that lives. */
async function claim(stateFolder: string, id: string): Promise<Claimed | null> {
  return await withRecordsLocked(stateFolder, async () => {
    const leftover = await lookAt(stateFolder, id);
    if (leftover === null) return null;
    const record = { ...leftover.record, owner: await ownIdentity() };
    await writeRecord(stateFolder, record);
    return { record, formerOwner: leftover.record.owner, members: leftover.members };
  });
}

async function giveBack(stateFolder: string, { record, formerOwner }: Claimed): Promise<void> {
  await writeRecord(stateFolder, { ...record, owner: formerOwner });
}

/** Only while the records are locked: it removes those of which nothing is left. */
async function lookAt(stateFolder: string, id: string): Promise<Leftover | null> {
  const record = await readRecord(stateFolder, id);
  if (record === null) return null;
  const where = compareScopes(record.scope, ownScope());
  if (where === "elsewhere") return null;
  if (where === "here") {
    if (await isAlive(record.owner)) return null;
    const members = (await membersOf(record).find()).map(identityOf);
    if (members.length > 0) return { record, members };
  }
  await forgetEngine(stateFolder, record);
  return null;
}

/** Where only the environment tells: those of the first one's group are signalled one by one. */
function leaderOf({ record, members }: Claimed): number {
  return record.process?.pid ?? members[0]?.pid ?? 0;
}
