import type { Served } from "../../engine/managed/order.ts";
import { readEngineMemory, updateEngineMemory } from "../../engine/recover/io/engineMemory.io.ts";
import {
  knownGoodFor,
  measuredBefore,
  rememberGood,
  rememberMeasured,
  rememberStart,
  wasStable,
  type EngineMemory,
  type KnownGood,
  type StartedEngine,
  type Surroundings,
} from "../../engine/recover/lastKnownGood.ts";
import type { MeasuredCapacity, Profile } from "../../protocol/engine.ts";
import { messageOf } from "../../util/unknown.ts";
import type { CliContext } from "../verb.ts";
import type { PreparedEngine } from "./prepareEngine.ts";

/** Writes down what is started, for `engine changed`, and gives the settings that worked here before. */
export async function rememberStarted(
  stateFolder: string,
  prepared: PreparedEngine,
  cli: CliContext,
): Promise<KnownGood | null> {
  const start = startedEngine(prepared);
  const memory = await remember(stateFolder, cli, (before) => rememberStart(before, start));
  return memory === null ? null : knownGoodFor(memory, start);
}

/** What an engine with these settings said of its memory here before; null: nothing is known. */
export async function recallMeasured(
  stateFolder: string,
  here: Omit<Surroundings, "driver">,
  profile: Profile,
  cli: CliContext,
): Promise<MeasuredCapacity | null> {
  try {
    return measuredBefore(await readEngineMemory(stateFolder), { ...here, driver: null }, profile);
  } catch (error) {
    cli.say(`What engines measured here before cannot be read: ${messageOf(error)}`);
    return null;
  }
}

/** Writes down what an engine measured, for the next look ahead, and settings that have worked, for `engine restore`. */
export async function rememberServed(
  stateFolder: string,
  prepared: PreparedEngine,
  served: Served,
  cli: CliContext,
): Promise<void> {
  const { profile, capacity, ranSeconds, answers } = served;
  const started = { ...startedEngine(prepared), profile };
  await remember(stateFolder, cli, (before) => {
    const memory = capacity === null ? before : rememberMeasured(before, { ...started, capacity });
    return wasStable(served) ? rememberGood(memory, { ...started, capacity, ranSeconds, answers }) : memory;
  });
}

/** An engine works without this memory: what goes wrong with it is said, and stops nothing. */
async function remember(
  stateFolder: string,
  cli: CliContext,
  change: (memory: EngineMemory) => EngineMemory,
): Promise<EngineMemory | null> {
  try {
    return await updateEngineMemory(stateFolder, change);
  } catch (error) {
    cli.say(`Which settings work could not be written down: ${messageOf(error)}`);
    return null;
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
