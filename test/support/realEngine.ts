import { afterAll, beforeAll, describe } from "vitest";
import type { EngineOptions, RealEngine } from "../../scripts/engine/engineProcess.ts";
import { type EngineSlot, takeEngineSlot } from "../../scripts/engine/engineSlot.ts";
import { ensureEngine, EngineUnavailable } from "../../scripts/engine/install.ts";

export type { EngineOptions, RealEngine } from "../../scripts/engine/engineProcess.ts";

/** Why no real engine can run here, or null. Installs it if need be, before any test is collected. */
const unavailable = await ensureEngine().then(
  () => null,
  (error: unknown) => {
    if (error instanceof EngineUnavailable) return error.message;
    throw error;
  },
);

/** `describe`, but skipped, with the reason in its name, where no real engine can be had. */
export function describeReal(name: string, body: () => void): void {
  if (unavailable === null) describe(name, body);
  else describe.skip(`${name} (skipped: ${unavailable.replaceAll(/\s+/g, " ")})`, body);
}

export interface SharedEngine {
  /** The engine that runs now. Only inside tests and hooks. */
  readonly engine: RealEngine;
  /** Stops it and starts another, at the same address unless `options` say otherwise. */
  restart(options?: EngineOptions): Promise<RealEngine>;
}

/**
 * One engine for all tests of the enclosing `describe`, and the only one on the machine: it waits until those of other
 * suites, benches and people have ended (`/tmp/vllm.lock`), so never run such a test under `flock` on that file.
 */
export function useRealEngine(options: EngineOptions = {}): SharedEngine {
  let slot: EngineSlot | undefined;
  let engine: RealEngine | undefined;
  const running = (): RealEngine => {
    if (engine === undefined) throw new Error("The engine runs only while tests do.");
    return engine;
  };
  beforeAll(async () => {
    slot = await takeEngineSlot((line) => console.error(line));
    engine = await slot.start(options);
    // Longer than the longest wait inside: for the slot, then for the engine.
  }, 25 * 60_000);
  afterAll(() => slot?.release());
  return {
    get engine() {
      return running();
    },
    async restart(changed = options) {
      await running().stop();
      if (slot === undefined) throw new Error("The engine runs only while tests do.");
      engine = await slot.start({ port: running().port, ...changed });
      return engine;
    },
  };
}
