import type { ServerFacts } from "../../engine/attach/serverFacts.ts";
import type { Manifest } from "../../protocol/records.ts";
import { checkModels, mapModels, sentModels } from "../checkModels.ts";
import { addressOf } from "../engineAddress.ts";
import type { ManagedEngine } from "../managedEngine.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import type { EngineChoice, ManagedChoice } from "../startOptions.ts";
import type { EngineDiary } from "./engineDiary.io.ts";
import { EngineClient } from "./engineClient.io.ts";
import { startSimulator } from "./simulatorChild.io.ts";

export interface Contact {
  client: EngineClient;
  facts: ServerFacts;
  apiKey: string | null;
  /** An engine that somebody starts and watches for the run; null: one that is just there. */
  managed: { engine: ManagedEngine; diary: EngineDiary } | null;
  /** Stops what was started. */
  release: () => Promise<void>;
}

const ASK_EVERY_MS = 500;

/**
 * Finds the engine (or starts the simulator), asks who it is, and sees that it serves what the requests want. Writes
 * what it learns into the manifest. Waits `patienceMs` for an engine that does not answer yet. Throws RunProblem.
 */
export async function contactEngine(
  choice: Exclude<EngineChoice, ManagedChoice>,
  manifest: Pick<Manifest, "models" | "overrides" | "options" | "engine">,
  patienceMs: number,
  world: RunWorld,
): Promise<Contact> {
  const apiKey = choice.kind === "attached" ? readKey(choice.apiKeyEnv, world.env) : null;
  const simulator = choice.kind === "simulator" ? await startSimulator(manifest.models, choice.timeline, world) : null;
  const url = choice.kind === "attached" ? choice.url : (simulator?.url ?? "");
  const client = new EngineClient(addressOf(url), apiKey);
  const release = async (): Promise<void> => await simulator?.stop();
  try {
    const facts = await identify(client, patienceMs, manifest.options.giveUpAfterMs, world);
    if (choice.kind === "attached" && choice.mapModels === true) mapModels(manifest, facts, world.notify);
    checkModels(sentModels(manifest), facts, { name: `The engine at ${url}`, canMap: true }, world.notify);
    const { models, version, server } = facts;
    manifest.engine = {
      kind: choice.kind,
      url,
      apiKeyEnv: choice.kind === "attached" ? choice.apiKeyEnv : null,
      server,
      version,
      models,
      simulated: facts.simulated || choice.kind === "simulator",
      timeline: choice.kind === "simulator" ? choice.timeline : null,
    };
    return { client, facts, apiKey, managed: null, release };
  } catch (error) {
    await client.close();
    await release();
    throw error;
  }
}

function readKey(name: string | null, env: RunWorld["env"]): string | null {
  if (name === null) return null;
  const key = env[name];
  if (key === undefined || key === "") {
    throw new RunProblem("usage", `The environment variable ${name}, which should hold the API key, is not set.`);
  }
  return key;
}

/** @param loadingMs how long to wait for one that is there and gets its model ready */
async function identify(
  client: EngineClient,
  patienceMs: number,
  loadingMs: number,
  world: RunWorld,
): Promise<ServerFacts> {
  const { clock } = world;
  const start = clock.now();
  for (let told = false; ; told = true) {
    const facts = await client.identify();
    if (!("why" in facts)) return facts;
    if (world.signal.aborted) throw new RunProblem("stopped", "Stopped before the run had begun.");
    if (clock.now() - start >= (facts.isLoading ? loadingMs : patienceMs)) {
      throw new RunProblem(
        "engine",
        `The engine at ${client.address.url} cannot be used: ${facts.why}. Start it, or give another address with --endpoint URL.`,
      );
    }
    if (!told) world.notify(`Waiting for the engine at ${client.address.url}: ${facts.why}.`);
    await new Promise((resolve) => void clock.after(ASK_EVERY_MS, () => resolve(undefined)));
  }
}
