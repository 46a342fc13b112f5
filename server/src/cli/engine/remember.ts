import type { Served } from "../../engine/managed/order.ts";
import { updateEngineMemory } from "../../engine/recover/io/engineMemory.io.ts";
import {
  rememberGood,
  rememberStart,
  wasStable,
  type EngineMemory,
  type StartedEngine,
} from "../../engine/recover/lastKnownGood.ts";
import { messageOf } from "../../util/unknown.ts";
import type { CliContext } from "../verb.ts";
import type { PreparedEngine } from "./prepareEngine.ts";

/** Writes down what is started, for `engine changed`. */
export async function rememberStarted(stateFolder: string, prepared: PreparedEngine, cli: CliContext): Promise<void> {
  await remember(stateFolder, cli, (memory) => rememberStart(memory, startedEngine(prepared)));
}

/** Writes down settings that have worked, for `engine restore`. */
export async function rememberServed(
  stateFolder: string,
  prepared: PreparedEngine,
  served: Served,
  cli: CliContext,
): Promise<void> {
  if (!wasStable(served)) return;
  const { profile, capacity, ranSeconds, answers } = served;
  const good = { ...startedEngine(prepared), profile, capacity, ranSeconds, answers };
  await remember(stateFolder, cli, (memory) => rememberGood(memory, good));
}

/** An engine works without this memory: what goes wrong with it is said, and stops nothing. */
async function remember(
  stateFolder: string,
  cli: CliContext,
  change: (memory: EngineMemory) => EngineMemory,
): Promise<void> {
  try {
    await updateEngineMemory(stateFolder, change);
  } catch (error) {
    cli.say(`Which settings work could not be written down: ${messageOf(error)}`);
  }
}

function startedEngine({ profile, model, installation, gpus }: PreparedEngine): StartedEngine {
  return {
    model,
    gpus: (gpus?.gpus ?? []).map(({ name }) => name),
    vllm: installation?.version ?? null,
    driver: gpus?.gpus[0]?.driver ?? null,
    profile,
    at: new Date().toISOString(),
  };
}
