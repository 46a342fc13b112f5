import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { readSize } from "../../engine/model/fitSettings.ts";
import { listEngines } from "../../engine/process/io/listEngines.io.ts";
import { applyChange } from "../../engine/profile/changeProfile.ts";
import { userProfileFolder } from "../../engine/profile/loadProfile.io.ts";
import type { LoadedProfile } from "../../engine/profile/profileSource.ts";
import { writeUserProfile } from "../../engine/profile/writeUserProfile.io.ts";
import { numberFlag } from "../../engine/recover/settings.ts";
import type { SearchLimits } from "../../engine/tune/contextSearch.ts";
import { plannedBlockTokens } from "../../engine/tune/kvBlocks.ts";
import { tuneReport } from "../../engine/tune/tuneReport.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { systemClock } from "../../util/systemClock.ts";
import { loadSettings, prepareEngine, wantedEngine, type PreparedEngine } from "../engine/prepareEngine.ts";
import { checkSaveSource, checkSaveTarget } from "../engine/saveTarget.ts";
import { endLeftovers } from "../engine/startEngine.ts";
import { tunedExitCode, tuneContext, type TunedContext } from "../engine/tuneContext.ts";
import { numberOption } from "../run/numbers.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

const MOST_STARTS = 8;

export const engineTune = defineVerb({
  name: "engine tune",
  positionals: "",
  summary: "Find the longest context with which vLLM works on this machine, by trying",
  description: [
    "Starts vLLM from a profile with the model's own length, or with --up-to, and sends it requests that fill the context",
    "to the last token, several at once. When that fails, it goes on with what vLLM itself says has room, and halves what",
    "lies between what worked and what did not, in whole blocks of the KV cache. Only a length that was seen to work is",
    "told. Each try is one start; none of them changes another setting. docs/tune.md. Exit code 0: found; 4: it does not",
    "start, whatever the length; 5: stopped by Ctrl-C, with nothing left running.",
  ].join("\n"),
  options: {
    profile: { type: "string", value: "NAME|PATH", help: "Settings to start it with (default: desktop)." },
    model: { type: "string", value: "NAME", help: "What to load, when the profile does not say." },
    "up-to": { type: "string", value: "N", help: "The longest context that is wanted, such as 32768 or 32K." },
    "max-starts": { type: "string", value: "N", help: `Starts at most, from 1 to 20 (default: ${MOST_STARTS}).` },
    save: { type: "string", value: "NAME", help: "Write the settings with the length found as your profile NAME." },
    force: { type: "boolean", help: "With --save: in the place of a profile that is there." },
    trust: { type: "boolean", help: "Agree to what the profile executes, without being asked." },
    json: { type: "boolean", help: "One JSON document: {found, reason, tries, saved, …}." },
  },
  examples: [
    {
      command: "vllm-batch engine tune --model Qwen/Qwen3-8B --save long",
      shows: "How long a context does this GPU take? Keep it as a profile",
    },
    { command: "vllm-batch engine tune --profile mine --up-to 32K", shows: "No longer than is needed" },
  ],
  run: async ({ positionals, options }, cli) => {
    if (positionals.length > 0) throw new CliError("engine tune takes no arguments, only options.", ExitCode.usage);
    const { save } = options;
    const upTo = lengthOption(options["up-to"]);
    const mostStarts = numberOption("max-starts", options["max-starts"], { min: 1, max: 20, whole: true });
    const stateFolder = ownStateFolder(cli.env);
    const { profile = "desktop", model = null } = options;
    if (save !== undefined) await checkSaveTarget(stateFolder, save, options.force);
    const loaded = await loadSettings({ profile, recorded: null }, stateFolder, cli);
    if (save !== undefined) checkSaveSource(loaded, model, userProfileFolder(stateFolder));
    const prepared = await prepare(loaded, model, options.trust, stateFolder, cli);
    const limits = searchLimits(prepared, upTo, mostStarts ?? MOST_STARTS);
    const startedMs = systemClock.now();
    const tuned = await interruptible(cli, (signal) => {
      const onProgress = cli.isTerminal ? (words: string) => cli.drawProgress(`  ${words}`) : () => undefined;
      return tuneContext(limits, { prepared, stateFolder, cli, signal, onProgress });
    });
    const saved = save === undefined ? null : await saveProfile(save, tuned, prepared, stateFolder, cli);
    const seconds = (systemClock.now() - startedMs) / 1000;
    if (options.json) {
      cli.print(
        JSON.stringify(tuneReport({ ...tuned, model: prepared.model, profile: prepared.profile, saved, seconds })),
      );
    }
    return tunedExitCode(tuned);
  },
});

/** All that can be refused is refused here, before minutes are spent. */
async function prepare(
  loaded: LoadedProfile,
  model: string | null,
  trust: boolean,
  stateFolder: string,
  cli: CliContext,
): Promise<PreparedEngine> {
  await endLeftovers(stateFolder, cli);
  const [other] = await listEngines(stateFolder);
  if (other !== undefined) {
    const { id, model } = other.record;
    const text = `The engine ${id} (${model}) runs and holds memory: what is found beside it holds for no other time.`;
    throw new CliError(`${text} End it first: vllm-batch engine stop ${id}`, ExitCode.no);
  }
  const wanted = await wantedEngine(loaded, { model, file: null, url: null }, { trust }, stateFolder, cli);
  return await prepareEngine(wanted, null, stateFolder, cli);
}

function searchLimits({ profile, modelFacts }: PreparedEngine, upTo: number | null, mostStarts: number): SearchLimits {
  const own = modelFacts?.shape?.maxPositions?.tokens ?? null;
  return {
    // Longer than the model's own it cannot be, and then vLLM knows better how long that is.
    longest: upTo !== null && own !== null && upTo >= own ? null : upTo,
    hint: numberFlag(profile, "max-model-len"),
    blockTokens: plannedBlockTokens(profile),
    mostStarts,
  };
}

async function interruptible<T>(cli: CliContext, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const aborter = new AbortController();
  const stopListening = cli.onInterrupt(() => {
    if (!aborter.signal.aborted) cli.say("Stopping: the engine is ended first …");
    aborter.abort();
  });
  try {
    return await work(aborter.signal);
  } finally {
    stopListening();
  }
}

async function saveProfile(
  name: string,
  { found, reason }: TunedContext,
  { profile, model }: PreparedEngine,
  stateFolder: string,
  cli: CliContext,
): Promise<{ profile: string; file: string } | null> {
  if (found === null || reason === "interrupted") {
    cli.say(`The profile ${name} was not written.`);
    return null;
  }
  const settings = applyChange(profile, { flags: { "max-model-len": found } });
  const file = await writeUserProfile(stateFolder, { ...settings, name, model });
  cli.say(`These settings are the profile ${name} now (${file}): use --profile ${name}.`);
  return { profile: name, file };
}

function lengthOption(text: string | undefined): number | null {
  const size = readSize(text);
  if (text === undefined || (size !== null && size >= 1)) return size;
  throw new CliError(`--up-to takes a number of tokens such as 8192 or 32K, not "${text}".`, ExitCode.usage);
}
