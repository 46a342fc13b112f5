import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type ProfileText, tinyProfile, writeProfile } from "../../../bench/support/engineProfile.ts";
import { engineLockFile } from "../../../scripts/engine/engineSlot.ts";
import { ensureEngine, type InstalledEngine } from "../../../scripts/engine/install.ts";
import { type HeldLock, takeLock } from "../../../scripts/engine/lock.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { callProduct } from "./product.ts";
import { generateRequests, type MadeRequest, toLines } from "./requests.ts";

/** Where the product starts real engines from profiles: a state folder of its own, and the machine's one engine slot. */
export interface EngineDesk {
  readonly folder: string;
  readonly state: string;
  readonly installed: InstalledEngine;
  /** Writes a profile of the user's own: the tiny model on the CPU, with these changes. */
  writeProfile(name: string, change?: ProfileText): Promise<void>;
  writeRequests(name: string, count: number): Promise<{ input: string; requests: MadeRequest[] }>;
  /** Of the engines of ours that run now, as `engine status` has them. */
  engines(): Promise<unknown[]>;
  /** What is left of sockets of engines. */
  sockets(): Promise<string[]>;
}

/** For all tests of the enclosing `describe`. What is left running at its end is ended. */
export function useEngineDesk(): EngineDesk {
  let folder: string | undefined;
  let installed: InstalledEngine | undefined;
  let lock: HeldLock | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "real-engines-"));
    lock = await takeLock(engineLockFile, { timeoutMs: 20 * 60_000, onWait: () => undefined });
    installed = await ensureEngine();
    process.env["VLLM_BATCH_STATE_DIR"] = path.join(folder, "state");
    // Longer than the longest wait inside.
  }, 25 * 60_000);
  afterAll(async () => {
    for (const engine of await engines()) await callProduct("engine", "stop", String(property(engine, "id")));
    delete process.env["VLLM_BATCH_STATE_DIR"];
    await lock?.release();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });
  const desk: EngineDesk = {
    get folder() {
      return there(folder);
    },
    get state() {
      return path.join(there(folder), "state");
    },
    get installed() {
      return there(installed);
    },
    async writeProfile(name, change = {}) {
      await writeProfile(desk.state, name, tinyProfile(desk.installed, change));
    },
    async writeRequests(name, count) {
      const input = path.join(desk.folder, `${name}.jsonl`);
      const requests = generateRequests(count, "tiny");
      await writeFile(input, toLines(requests));
      return { input, requests };
    },
    engines,
    sockets: async (): Promise<string[]> => await readdir(path.join(desk.state, "sockets")),
  };
  return desk;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The desk is there only while tests run.");
  return value;
}

async function engines(): Promise<unknown[]> {
  const { stdout } = await callProduct("engine", "status", "--json");
  const listed: unknown = JSON.parse(stdout);
  return Array.isArray(listed) ? (listed as unknown[]) : [];
}
