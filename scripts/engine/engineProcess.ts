import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { InstalledEngine, ModelName } from "./install.ts";
import { type ProcessGroup, spawnGroup, type SpawnHooks } from "./processGroup.ts";
import { vllmArguments, vllmEnvironment, type VllmFlags } from "./vllmCommand.ts";

export interface EngineOptions {
  /** `tiny` unless said otherwise. */
  model?: ModelName;
  flags?: VllmFlags;
  env?: Readonly<Record<string, string>>;
  /** A free one if not given. */
  port?: number;
  startTimeoutMs?: number;
}

/** A `vllm serve` that we started. */
export interface RealEngine extends ProcessGroup {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly port: number;
  /** The name it serves its model by: the model's name unless the flags say otherwise. */
  readonly modelName: string;
  /** What it wants to be shown: VLLM_API_KEY of the options' env. */
  readonly apiKey: string | undefined;
}

/**
 * Starts `vllm serve` and resolves when it answers: its log says so, `/health` is 200 and `/v1/models` lists the model.
 * Rejects, with the end of its log and nothing left running, when it exits first or takes longer than
 * `startTimeoutMs` (8 minutes: on a busy machine of two cores half of that has been seen).
 */
export async function startEngine(
  installed: InstalledEngine,
  options: EngineOptions,
  hooks: SpawnHooks,
): Promise<RealEngine> {
  for (let attempt = 1; ; attempt++) {
    const engine = await spawnEngine(installed, options, options.port ?? (await freePort()), hooks);
    try {
      await becomeReady(engine, options.startTimeoutMs ?? 480_000);
      return engine;
    } catch (error) {
      const log = await readFile(engine.logFile, "utf8");
      await engine.stop();
      // Between our look and vLLM's bind somebody else may take the port. A port that was asked for is not ours to change.
      if (options.port === undefined && attempt < 3 && log.includes("Address already in use")) continue;
      throw error;
    }
  }
}

async function spawnEngine(
  installed: InstalledEngine,
  options: EngineOptions,
  port: number,
  hooks: SpawnHooks,
): Promise<RealEngine> {
  const model = options.model ?? "tiny";
  const modelName = String(options.flags?.["served-model-name"] ?? model);
  const flags = { ...options.flags, "served-model-name": modelName, host: "127.0.0.1", port };
  const args = ["serve", installed.models[model], ...vllmArguments(flags)];
  const group = await spawnGroup(installed.vllm, args, vllmEnvironment(options.env), hooks);
  return { ...group, url: `http://127.0.0.1:${port}`, port, modelName, apiKey: options.env?.["VLLM_API_KEY"] };
}

async function becomeReady(engine: RealEngine, timeoutMs: number): Promise<void> {
  const watch = new AbortController();
  const ended = engine.exited.then(({ code, signal }) => `ended (code ${code}, signal ${signal}) before it was ready`);
  const late = delay(timeoutMs, undefined, { signal: watch.signal }).then(
    () => `was not ready after ${timeoutMs / 1000} s`,
  );
  const ready = pollReady(engine, watch.signal).then(() => null);
  try {
    const failure = await Promise.race([ready, ended, late]);
    if (failure !== null) throw new Error(`vllm serve ${failure}. ${engine.logFile} ends with:\n${await tail(engine)}`);
  } finally {
    watch.abort();
    // Both end by the abort; what they then say is of no use to anybody.
    await Promise.allSettled([late, ready]);
  }
}

async function pollReady(engine: RealEngine, signal: AbortSignal): Promise<void> {
  while (!(await isReady(engine))) await delay(100, undefined, { signal });
}

async function isReady(engine: RealEngine): Promise<boolean> {
  if (!(await readFile(engine.logFile, "utf8")).includes("Application startup complete.")) return false;
  try {
    const health = await fetch(`${engine.url}/health`, { signal: AbortSignal.timeout(5_000) });
    await health.body?.cancel();
    const models = await fetch(`${engine.url}/v1/models`, {
      headers: { authorization: `Bearer ${engine.apiKey ?? ""}` },
      signal: AbortSignal.timeout(5_000),
    });
    return health.status === 200 && (await models.text()).includes(JSON.stringify(engine.modelName));
  } catch (error) {
    // Not listening yet, or no answer within 5 s: ask again. Anything else is a mistake of ours.
    if (error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError")) return false;
    throw error;
  }
}

async function tail(engine: RealEngine): Promise<string> {
  return (await readFile(engine.logFile, "utf8")).trimEnd().split("\n").slice(-25).join("\n");
}

/** A port that nobody had a moment ago. vLLM can also take port 0, but then does not say which it got. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A listening socket without a port.");
  return address.port;
}
