import path from "node:path";
import { onTestFinished } from "vitest";
import { engineCache } from "../../scripts/engine/cache.ts";
import { freePort } from "../../scripts/engine/engineProcess.ts";
import { EngineUnavailable } from "../../scripts/engine/install.ts";
import { spawnGroup, type ProcessGroup } from "../../scripts/engine/processGroup.ts";
import { ensureLlamaCpp, type InstalledLlamaCpp } from "../../scripts/llamacpp/install.ts";
import { waitFor } from "../../scripts/waitFor.ts";

/** What is installed, or why it cannot be: for `describe.skipIf`, with the reason in the name. */
export const llamaCpp: InstalledLlamaCpp | string = await ensureLlamaCpp((line) => console.error(line)).catch(
  (error: unknown) => {
    if (error instanceof EngineUnavailable) return error.message;
    throw error;
  },
);

export interface LlamaCppOptions {
  /** A free one if not given. */
  port?: number;
  /** How its list calls the model. */
  name?: string;
  slots?: number;
  /** Context of each slot. */
  slotTokens?: number;
}

export interface RealLlamaCpp extends ProcessGroup {
  url: string;
  port: number;
}

const serve = path.resolve(import.meta.dirname, "../../scripts/llamacpp/serve.py");

/** Starts one and waits until it answers. It ends with the test, if not before. */
export async function startLlamaCpp(options: LlamaCppOptions = {}): Promise<RealLlamaCpp> {
  if (typeof llamaCpp === "string") throw new Error(llamaCpp);
  const { port = await freePort(), name = "tiny", slots = 4, slotTokens = 256 } = options;
  const { python, packages, model } = llamaCpp;
  const args = [serve, model, String(port), name, String(slots), String(slotTokens)];
  const env = { ...process.env, PYTHONPATH: packages };
  const group = await spawnGroup(python, args, env, { logFolder: engineCache().logs, onSpawn: () => undefined });
  onTestFinished(() => group.kill());
  const url = `http://127.0.0.1:${port}`;
  let ended = false;
  void group.exited.then(() => (ended = true));
  await waitFor("llama.cpp to answer", async () => {
    if (ended) throw new Error(`llama.cpp ended before it answered: see ${group.logFile}`);
    return await isHealthy(url);
  });
  return { ...group, url, port };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch (error) {
    // Not listening yet, or no answer in time: ask again. Anything else is a mistake of ours.
    if (error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError")) return false;
    throw error;
  }
}
