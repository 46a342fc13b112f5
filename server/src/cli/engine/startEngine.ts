import { randomBytes } from "node:crypto";
import { makeAddress, ownStateFolder, randomApiKey } from "../../engine/launch/places.io.ts";
import { planLaunch } from "../../engine/launch/planLaunch.ts";
import type { LaunchPlan } from "../../engine/launch/launchPlan.ts";
import { Supervisor } from "../../engine/managed/io/supervisor.io.ts";
import type { Launch } from "../../engine/managed/order.ts";
import { adoptLeftover, endLeftover, findLeftovers, type Leftover } from "../../engine/process/io/leftovers.io.ts";
import type { RecordedEngine } from "../../engine/process/io/recordedEngine.io.ts";
import { readKernelLines } from "../../gpu/io/readKernelLines.io.ts";
import type { EngineAddress, Profile } from "../../protocol/engine.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import type { StartEngine } from "../../run/managedEngine.ts";
import { systemClock } from "../../util/systemClock.ts";
import { messageOf } from "../../util/unknown.ts";
import { CliError, type CliContext } from "../verb.ts";
import { usedGpusOf, watchGpusOf } from "./engineGpus.ts";
import { ladderFacts } from "./ladderFacts.ts";
import { newLogFile } from "./logFiles.io.ts";
import { rememberServed, rememberStarted } from "./remember.ts";
import {
  loadSettings,
  prepareEngine,
  wantedEngine,
  type PreparedEngine,
  type StarterOptions,
  type WantedEngine,
} from "./prepareEngine.ts";

const LEFTOVER_GRACE_MS = 10_000;

/** How the verbs of the CLI start an engine for a run. */
export function engineStarter(cli: CliContext, options: StarterOptions): StartEngine {
  return async (order) => {
    const stateFolder = ownStateFolder(cli.env);
    const kept = await endLeftovers(stateFolder, cli);
    const loaded = await loadSettings(order, stateFolder, cli);
    const wanted = await wantedEngine(loaded, order.work, options, stateFolder, cli);
    const adopted = await adoptKept(kept, stateFolder, wanted, cli);
    const prepared = await prepareEngine(wanted, adopted?.record.profile ?? null, stateFolder, cli);
    const worked = await rememberStarted(stateFolder, prepared, cli);
    const newAddress = (): Promise<EngineAddress> => makeAddress(prepared.useSocket, stateFolder, cli.env);
    const address = adopted?.record.address ?? (await newAddress());
    const apiKey = adopted?.record.apiKey ?? randomApiKey();
    const plan = (profile: Profile, at: EngineAddress): LaunchPlan => planFor(profile, at, apiKey, prepared, cli);
    const { leftOut, servedModel } = plan(prepared.profile, address);
    for (const { flag, why } of leftOut) cli.say(`--${flag} is left out: ${why}`);
    const id = adopted?.record.id ?? `engine-${randomBytes(4).toString("hex")}`;
    const logFile = adopted?.record.logFile ?? (await newLogFile(stateFolder, id));
    const supervisor = new Supervisor(
      {
        id,
        profile: prepared.profile,
        asked: wanted.loaded.profile,
        model: prepared.model,
        servedModel,
        version: prepared.installation?.version ?? null,
        logFile,
        stateFolder,
        recovers: true,
        // One that was there before us stays when we have gone.
        keep: order.keep || adopted !== null,
        apiKey,
        launchOf: (profile, at): Launch => ({ ...plan(profile, at), cwd: cli.cwd }),
        newAddress,
        facts: () => ({ ...ladderFacts(prepared, adopted !== null, cli), worked }),
        watchGpus: (onFault) => watchGpusOf(prepared, onFault, cli),
        usedGpus: (profile) => usedGpusOf(prepared, profile, cli),
        kernelLines: (since) => readKernelLines(since, { env: cli.env }),
        clock: systemClock,
        onLine: order.onLine,
        onEvent: order.onEvent,
        onServed: (served) => rememberServed(stateFolder, prepared, served, cli),
      },
      address,
      adopted,
    );
    try {
      await supervisor.launched;
    } catch (error) {
      throw new CliError(messageOf(error), ExitCode.engineFailed);
    }
    return supervisor;
  };
}

export function planFor(
  profile: Profile,
  address: EngineAddress,
  apiKey: string,
  { model, installation, chosen }: PreparedEngine,
  cli: CliContext,
): LaunchPlan {
  const plan = planLaunch({
    profile,
    model,
    installation,
    chosen,
    address,
    apiKey,
    nodePath: process.execPath,
    programPath: cli.programPath,
    baseEnv: cli.env,
  });
  if (!Array.isArray(plan)) return plan;
  const text = plan.map(({ field, message }) => `Profile ${profile.name}: ${field}: ${message}`).join("\n");
  throw new CliError(text, ExitCode.usage);
}

/** Ends what an earlier life of ours left behind, on the GPU above all. Gives those that are meant to be kept. */
export async function endLeftovers(stateFolder: string, cli: CliContext): Promise<Leftover[]> {
  const kept: Leftover[] = [];
  for (const { record, members } of await findLeftovers(stateFolder)) {
    if (record.keep && record.ready) {
      kept.push({ record, members });
      continue;
    }
    cli.say(`An earlier run left an engine behind (pid ${pids(members)}). It is ended first.`);
    await endLeftover(stateFolder, record.id, { graceMs: LEFTOVER_GRACE_MS });
  }
  return kept;
}

/**
 * The engine that was kept when these very settings and this model were asked for, as ours; null: there is none. Others
 * are named. Before the GPUs are looked at: what it holds of them is what the new start would miss.
 */
async function adoptKept(
  kept: readonly Leftover[],
  stateFolder: string,
  { loaded, work }: WantedEngine,
  cli: CliContext,
): Promise<RecordedEngine | null> {
  const settings = JSON.stringify(loaded.profile);
  for (const { record, members } of kept) {
    const isWanted = record.model === work.model && JSON.stringify(record.asked) === settings;
    const adopted = isWanted ? await adoptLeftover(stateFolder, record.id) : null;
    if (adopted !== null) {
      cli.say(`The engine ${record.id} runs already with these settings (pid ${pids(members)}): it is used.`);
      return adopted;
    }
    cli.say(
      `The engine ${record.id} still runs: ${record.model}, profile ${record.profile.name} (pid ${pids(members)}). ` +
        `If it is in the way: vllm-batch engine stop ${record.id}`,
    );
  }
  return null;
}

function pids(members: readonly { pid: number }[]): string {
  return members.map(({ pid }) => pid).join(", ");
}
