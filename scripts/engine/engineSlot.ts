import { engineCache } from "./cache.ts";
import { type EngineOptions, type RealEngine, startEngine } from "./engineProcess.ts";
import { ensureEngine, type ModelName } from "./install.ts";
import { takeLock } from "./lock.ts";
import { type ProcessGroup, spawnGroup } from "./processGroup.ts";
import { vllmArguments, vllmEnvironment, type VllmFlags } from "./vllmCommand.ts";

/** Of the whole machine, whoever runs what: `flock /tmp/vllm.lock vllm serve …` in a terminal takes part. */
export const engineLockFile = "/tmp/vllm.lock";

/**
 * The right to run a real engine: on a machine of two cores, engines that run at once take several times as long to
 * start, and measure each other. One slot may start one engine after another.
 */
export interface EngineSlot {
  /** Starts an engine. The one before must have been stopped. */
  start(options?: EngineOptions): Promise<RealEngine>;
  /** Starts another command of vLLM that brings an engine of its own, such as `run-batch`. Does not wait for anything. */
  startCommand(command: string, model: ModelName, flags: VllmFlags): Promise<ProcessGroup>;
  /** Stops the engine that is still there, if any, and lets others have theirs. */
  release(): Promise<void>;
}

/**
 * Waits for the machine's one slot (20 minutes at most) and takes it. Do not call it from a process that was itself
 * started under `flock` on the same file: it would wait for its own parent. If this process dies, even by SIGKILL, the
 * engine's process group is killed and the slot is free. Rejects with EngineUnavailable when vLLM cannot be installed.
 */
export async function takeEngineSlot(log: (line: string) => void = () => undefined): Promise<EngineSlot> {
  const installed = await ensureEngine(log);
  const lock = await takeLock(engineLockFile, {
    timeoutMs: 20 * 60_000,
    onWait: () => log(`Waiting for another real engine on this machine to end (${engineLockFile}) …`),
  });
  const hooks = { logFolder: engineCache().logs, onSpawn: (group: number) => lock.guard(group) };
  let current: ProcessGroup | undefined;
  const beFree = async () => {
    if (current === undefined || (await current.processes()).length === 0) return;
    throw new Error(`An engine (pid ${current.pid}) still runs in this slot: stop it first.`);
  };
  return {
    async start(options = {}) {
      await beFree();
      const engine = await startEngine(installed, options, hooks);
      current = engine;
      return engine;
    },
    async startCommand(command, model, flags) {
      await beFree();
      const args = [command, "--model", installed.models[model], ...vllmArguments(flags)];
      current = await spawnGroup(installed.vllm, args, vllmEnvironment(), hooks);
      return current;
    },
    async release() {
      try {
        await current?.stop();
        lock.guard(null);
      } finally {
        await lock.release();
      }
    },
  };
}

/** A slot and an engine in it, for a script that needs just one: its `stop` also lets others have theirs. */
export async function startRealEngine(
  options: EngineOptions = {},
  log: (line: string) => void = () => undefined,
): Promise<RealEngine> {
  const slot = await takeEngineSlot(log);
  try {
    return { ...(await slot.start(options)), stop: () => slot.release() };
  } catch (error) {
    await slot.release();
    throw error;
  }
}
