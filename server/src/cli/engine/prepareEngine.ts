import { libraryNameOf } from "../../batch/models/ollamaNames.ts";
import { canUseSocket } from "../../engine/launch/planLaunch.ts";
import { executesTheSame, needsConsent } from "../../engine/launch/consent.ts";
import { obtainConsent, programIdentity } from "../../engine/launch/consentStore.io.ts";
import { findInstallations } from "../../engine/find/findInstallations.io.ts";
import { noInstallation, type Installation } from "../../engine/find/installation.ts";
import { probeInstallation } from "../../engine/find/probeInstallation.io.ts";
import { userHome } from "../../engine/model/io/userHome.ts";
import type { ModelFacts } from "../../engine/model/modelFacts.ts";
import { gpusOf } from "../../engine/preflight/gpusOf.ts";
import { lookAhead } from "../../engine/preflight/io/lookAhead.ts";
import { applyChange } from "../../engine/profile/changeProfile.ts";
import { fillGpuCount } from "../../engine/profile/fillGpuCount.ts";
import { loadProfile } from "../../engine/profile/loadProfile.io.ts";
import { problemText } from "../../engine/profile/profileProblem.ts";
import type { LoadedProfile } from "../../engine/profile/profileSource.ts";
import { readGpusOnce } from "../../gpu/io/readGpusOnce.io.ts";
import type { GpuReading } from "../../gpu/reading.ts";
import type { ConsentRequest, Profile } from "../../protocol/engine.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import type { EngineOrder, EngineWork } from "../../run/managedEngine.ts";
import { restoreProfile } from "../../run/recordedProfile.ts";
import { CliError, type CliContext } from "../verb.ts";
import { yesAsker } from "./askYes.ts";
import { recallMeasured } from "./remember.ts";
import { ConsentNeeded } from "./consentNeeded.ts";

export interface StarterOptions {
  /** Consent to what a profile executes was given on the command line. */
  trust: boolean;
  /** Hash of what was confirmed beforehand, elsewhere. */
  consent?: string | undefined;
}

/** What is wanted, and confirmed by a person where that is needed. */
export interface WantedEngine {
  loaded: LoadedProfile;
  work: EngineWork & { model: string };
  /** null for the simulator. */
  found: Installation | null;
}

/** All that is known before an engine is started. */
export interface PreparedEngine {
  profile: Profile;
  /** Names of the settings that a person wrote down. */
  chosen: ReadonlySet<string>;
  model: string;
  /** null for the simulator. */
  installation: Installation | null;
  /** null for the simulator, which has none. */
  gpus: GpuReading | null;
  modelFacts: ModelFacts | null;
  useSocket: boolean;
}

/**
 * Finds the program and the model for these settings, has a person confirm what may have come with the folder. Starts
 * nothing. Throws CliError.
 */
export async function wantedEngine(
  loaded: LoadedProfile,
  work: EngineOrder["work"],
  { trust, consent: confirmed }: StarterOptions,
  stateFolder: string,
  cli: CliContext,
): Promise<WantedEngine> {
  const model = loaded.profile.model ?? work.model;
  if (model === null) {
    throw new CliError("Which model? The profile names none, and no request does. Give --model NAME.", ExitCode.usage);
  }
  const found = loaded.profile.engine === "simulator" ? null : await findProgram(loaded, cli);
  const request = needsConsent({
    ...loaded,
    model,
    installation: found,
    program: found === null ? null : await programIdentity(found.path),
  });
  const at = new Date().toISOString();
  const consent = await obtainConsent(request, { stateFolder, ask: yesAsker(cli), trust, confirmed, at });
  if (!consent.given) throw refusal(consent.message, consent.unasked);
  return { loaded, work: { ...work, model }, found };
}

/**
 * Judges whether a start can work, and changes settings that nobody chose so that it does. Starts nothing but vLLM's own
 * help. Throws CliError.
 * @param running the settings of an engine that runs already, which need no judgement; null: none does
 */
export async function prepareEngine(
  wanted: WantedEngine,
  running: Profile | null,
  stateFolder: string,
  cli: CliContext,
): Promise<PreparedEngine> {
  const { loaded, work, found } = wanted;
  if (found !== null) return await judge({ loaded, work, found }, running, stateFolder, cli);
  const profile = running ?? loaded.profile;
  const useSocket = canUseSocket(profile, null, process.platform);
  const { chosen } = loaded;
  return { profile, chosen, model: work.model, installation: null, gpus: null, modelFacts: null, useSocket };
}

function refusal(message: string, unasked: ConsentRequest | null): CliError {
  return unasked === null ? new CliError(message, ExitCode.usage) : new ConsentNeeded(message, unasked);
}

/** The settings of a profile, or those that a run wrote down. Throws CliError. */
export async function loadSettings(
  { profile: name, recorded }: Pick<EngineOrder, "profile" | "recorded">,
  stateFolder: string,
  cli: CliContext,
): Promise<LoadedProfile> {
  const loaded = await loadProfile(name, { cwd: cli.cwd, stateFolder });
  if (recorded === null) {
    if (Array.isArray(loaded)) throw new CliError(loaded.map(problemText).join("\n"), ExitCode.usage);
    return loaded;
  }
  const current = Array.isArray(loaded) ? null : loaded;
  const profile = restoreProfile(recorded, current?.profile ?? null);
  // What a run's folder says has come from a file, whatever the profile of that name is now.
  const isAsNow = current !== null && JSON.stringify(current.profile) === JSON.stringify(profile);
  if (isAsNow) return current;
  // What recovery has changed in it asks nobody again. Which model it is, and what it is served by, it never changes.
  const isOnlyRecovered =
    current !== null &&
    profile.model === current.profile.model &&
    profile.engine === current.profile.engine &&
    executesTheSame(profile, current.profile);
  if (isOnlyRecovered) return { ...current, profile };
  const names = [...Object.keys(profile.flags), ...Object.keys(profile.env)];
  return { profile, source: { kind: "file", path: `run.json (profile ${name})` }, chosen: new Set(names) };
}

async function findProgram({ profile }: LoadedProfile, cli: CliContext): Promise<Installation> {
  const named = profile.vllm === null ? null : { path: profile.vllm, how: "profile" as const };
  const [first] = await findInstallations({ cwd: cli.cwd, env: cli.env, named, workspaceTrusted: true });
  if (first !== undefined) return first;
  throw new CliError(
    profile.vllm === null ? noInstallation(process.platform) : `There is no program ${profile.vllm}.`,
    ExitCode.engineFailed,
  );
}

async function judge(
  { loaded, work: { model, file, url }, found }: WantedEngine & { found: Installation },
  running: Profile | null,
  stateFolder: string,
  cli: CliContext,
): Promise<PreparedEngine> {
  const [installation, gpus] = await Promise.all([
    probeInstallation(found, { cacheFolder: `${stateFolder}/probes`, env: cli.env }),
    readGpusOnce({ env: cli.env }),
  ]);
  const filled = fillGpuCount(loaded.profile, gpusOf(gpus)?.length ?? null);
  const here = { model, gpus: gpus.gpus.map(({ name }) => name), vllm: installation.version };
  const { findings, model: modelFacts } = await lookAhead({
    profile: filled,
    chosenByUser: loaded.chosen,
    gpus: gpusOf(gpus),
    vllmVersion: installation.version,
    env: cli.env,
    endpoints: url === null ? null : [url],
    ollamaName: libraryNameOf(model),
    file,
    measured: await recallMeasured(stateFolder, here, filled, cli),
    modelName: model,
    homedir: userHome(),
    cwd: cli.cwd,
    online: false,
  });
  let profile = running ?? filled;
  // What runs needs no judgement, and has the memory that is missed.
  const told = running === null ? findings : [];
  for (const { severity, text, change } of told) {
    if (severity === "stop") throw new CliError(text, ExitCode.engineFailed);
    const isOurs = change !== null && Object.keys(change.flags ?? {}).every((flag) => !loaded.chosen.has(flag));
    if (severity === "warn") cli.say(text);
    if (severity === "warn" && isOurs) profile = applyChange(profile, change);
  }
  const useSocket = canUseSocket(profile, installation, process.platform);
  return { profile, chosen: loaded.chosen, model, installation, gpus, modelFacts, useSocket };
}
