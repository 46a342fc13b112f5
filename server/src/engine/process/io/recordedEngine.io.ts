import { randomBytes } from "node:crypto";
import type { EngineDescription, EngineRecord } from "../engineRecord.ts";
import type { EngineProcess, StopOptions } from "../engineProcess.ts";
import { membersOf } from "./members.io.ts";
import { ownIdentity } from "./processTable.io.ts";
import { readRecord, removeRecord, writeRecord } from "./records.io.ts";
import { ownScope } from "./scope.io.ts";
import { spawnEngine, type SpawnOptions } from "./spawnEngine.io.ts";

/** An engine core is there after a second or two, workers after a few more; later ones are rare. */
const FIRST_LOOK_MS = 1_000;
const LOOK_EVERY_MS = 10_000;

/** An engine with its record on disk, so that it is found again if we die. */
export class RecordedEngine {
  readonly process: EngineProcess;
  /** Why the record could not be brought up to date lately, for a person; null: it is. */
  fault: string | null = null;
  readonly #stateFolder: string;
  #record: EngineRecord;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(stateFolder: string, engine: EngineProcess, record: EngineRecord) {
    this.#stateFolder = stateFolder;
    this.process = engine;
    this.#record = record;
    this.#lookAfter(FIRST_LOOK_MS);
  }

  get record(): EngineRecord {
    return this.#record;
  }

  /** Writes what has changed, and who belongs to it by now. */
  update(change: Partial<Pick<EngineRecord, "ready" | "keep">> = {}): Promise<void> {
    const written = this.#writing.then(async () => {
      if (this.#isOver) return;
      const before = this.#record;
      const members = await this.process.members();
      this.#record = { ...before, ...change, members };
      if (JSON.stringify(before) === JSON.stringify(this.#record)) return;
      await writeRecord(this.#stateFolder, this.#record);
    });
    // Whoever asked is told; the next one begins anew.
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** Ends it, and forgets it once nobody of it is left. Rejects when somebody is: its record stays. */
  async stop(options: StopOptions): Promise<void> {
    await this.process.stop(options);
    await this.#end();
    await removeRecord(this.#stateFolder, this.#record.id);
  }

  /** Lets it live on after us; a later life of ours finds it by its record. */
  async letGo(): Promise<void> {
    await this.update();
    await this.#end();
    this.process.letGo();
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#writing;
  }

  #lookAfter(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#look(), delayMs).unref();
  }

  async #look(): Promise<void> {
    try {
      await this.update();
      this.fault = null;
    } catch (error) {
      this.fault = `The record of the engine cannot be written: ${String(error)}`;
    }
    if (!this.#isOver) this.#lookAfter(LOOK_EVERY_MS);
  }
}

export type RecordedSpawn = Omit<SpawnOptions, "mark" | "logFile">;

/**
 * Starts an engine and records it. The record is on disk before its process is there: if we die between the two, the
 * process is found by the id in its environment. Rejects, with nothing left running, when either cannot be done.
 */
export async function startRecorded(
  stateFolder: string,
  description: EngineDescription,
  spawn: RecordedSpawn,
): Promise<RecordedEngine> {
  const planned: EngineRecord = {
    ...description,
    version: 1,
    mark: `${description.id}.${randomBytes(8).toString("hex")}`,
    scope: ownScope(),
    process: null,
    members: [],
    owner: await ownIdentity(),
    logStart: 0,
    startedAt: new Date().toISOString(),
    ready: false,
  };
  await beForgotten(stateFolder, description.id);
  await writeRecord(stateFolder, planned);
  let engine;
  try {
    engine = await spawnEngine({ ...spawn, mark: planned.mark, logFile: description.logFile });
    const record = { ...planned, process: engine.identity, members: [engine.identity], logStart: engine.logStart };
    await writeRecord(stateFolder, record);
    return new RecordedEngine(stateFolder, engine, record);
  } catch (error) {
    await engine?.stop({ graceMs: 0 });
    await removeRecord(stateFolder, description.id);
    throw error;
  }
}

/** What lives of an engine with the same id would be out of sight when its record is written over. */
async function beForgotten(stateFolder: string, id: string): Promise<void> {
  const former = await readRecord(stateFolder, id);
  if (former === null) return;
  const alive = await membersOf(former).find();
  if (alive.length === 0) return;
  const pids = alive.map(({ pid }) => pid).join(", ");
  throw new Error(`The engine ${id} still runs (pid ${pids}): it must be stopped before it is started again.`);
}
