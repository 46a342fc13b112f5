import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { programPath } from "../../../bench/support/program.ts";
import { waitFor } from "../../../scripts/waitFor.ts";
import { engineStarter } from "../../../server/src/cli/engine/startEngine.ts";
import { readRecord, recordIds } from "../../../server/src/engine/process/io/records.io.ts";
import { LOG_LIMIT_BYTES } from "../../../server/src/engine/process/io/spawnEngine.io.ts";
import { processContext } from "../../../server/src/main/cliContext.ts";
import type { EngineEvent } from "../../../server/src/protocol/engine.ts";
import type { ManagedEngine, StartEngine } from "../../../server/src/run/managedEngine.ts";
import { tempFolder } from "../tempFolder.ts";

/** In which state an engine is killed, in turn. */
export const KILLS = ["ready", "starting", "ready"] as const;
/** Of one engine: each kill ends one, a person's stop the last. */
export const LIVES = KILLS.length + 1;

/** After so many answers the crashes before are forgiven, and the next start does not wait (see crashBudget.ts). */
const FORGIVEN_AFTER = 200;

/** A state folder in which one simulated engine after the other is started, killed and ended, as the CLI does it. */
export class CycleLane {
  readonly #folder: string;
  readonly #start: StartEngine;
  #engines = 0;
  #running: ManagedEngine | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
    const env = { ...process.env, VLLM_BATCH_STATE_DIR: folder };
    const cli = { ...processContext("vllm-batch test", programPath), env, cwd: folder };
    this.#start = engineStarter(cli, { trust: false });
  }

  static async open(): Promise<CycleLane> {
    const lane = new CycleLane(await tempFolder());
    // A test that runs out of time does not come to the end of its cycle.
    onTestFinished(async () => await lane.#running?.release());
    return lane;
  }

  /** All lives of one engine. */
  async cycle(): Promise<void> {
    const events: EngineEvent[] = [];
    const engine = await this.#start({
      profile: "simulator",
      recorded: null,
      work: { model: "tiny", file: null, url: null },
      keep: false,
      onLine: () => undefined,
      onEvent: (event) => events.push(event),
      signal: new AbortController().signal,
    });
    this.#engines++;
    this.#running = engine;
    for (const [index, when] of KILLS.entries()) {
      if (when === "ready") await answering(engine);
      process.kill(await this.#pid(), "SIGKILL");
      await waitFor("its next start", () => countOf(events, "launch") === index + 2);
    }
    await answering(engine);
    // Every other one dies in the moment in which it is to stop, and cannot take its socket along.
    if (this.#engines % 2 === 0) process.kill(await this.#pid(), "SIGKILL");
    await engine.release();
    this.#running = null;
    const killed = KILLS.map((when) => ({ exit: { code: null, signal: "SIGKILL" }, wasReady: when === "ready" }));
    const exits = events.filter(({ event }) => event === "exit");
    expect(exits.slice(0, KILLS.length)).toMatchObject(killed);
  }

  /** Nothing is left of its engines but one log each. */
  async expectClean(): Promise<void> {
    expect(await recordIds(this.#folder)).toEqual([]);
    expect(await readdir(path.join(this.#folder, "sockets"))).toEqual([]);
    const logs = await readdir(path.join(this.#folder, "logs"));
    expect(logs).toHaveLength(this.#engines);
    for (const name of logs) {
      expect((await stat(path.join(this.#folder, "logs", name))).size).toBeLessThan(LOG_LIMIT_BYTES);
    }
  }

  /** Of the process that its record names; there is one engine at a time. */
  async #pid(): Promise<number> {
    return await waitFor("its record", async () => {
      const [id] = await recordIds(this.#folder);
      return id === undefined ? null : (await readRecord(this.#folder, id))?.process?.pid;
    });
  }
}

async function answering(engine: ManagedEngine): Promise<void> {
  await waitFor("the engine to answer", () => {
    if (engine.failure !== null) throw new Error(engine.failure);
    return engine.notReady === null;
  });
  engine.answersSaved(FORGIVEN_AFTER);
}

function countOf(events: readonly EngineEvent[], kind: EngineEvent["event"]): number {
  return events.filter(({ event }) => event === kind).length;
}
