import { libraryNameOf } from "../../batch/models/ollamaNames.ts";
import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { findInstallations } from "../../engine/find/findInstallations.io.ts";
import { readSize } from "../../engine/model/fitSettings.ts";
import { userHome } from "../../engine/model/io/userHome.ts";
import type { PreflightGpu, PreflightInput } from "../../engine/preflight/finding.ts";
import { fitReport, fitTable } from "../../engine/preflight/fitReport.ts";
import { gpusOf } from "../../engine/preflight/gpusOf.ts";
import { lookAhead } from "../../engine/preflight/io/lookAhead.ts";
import { usedGpus } from "../../engine/preflight/usedGpus.ts";
import { profileDefaults } from "../../engine/profile/builtInProfiles.ts";
import { fillGpuCount } from "../../engine/profile/fillGpuCount.ts";
import { loadProfile } from "../../engine/profile/loadProfile.io.ts";
import { problemText } from "../../engine/profile/profileProblem.ts";
import { readGpusOnce } from "../../gpu/io/readGpusOnce.io.ts";
import type { Profile } from "../../protocol/engine.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { recallMeasured } from "../engine/remember.ts";
import { numberOption } from "../run/numbers.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

/** More than any machine has: beyond it a number is a mistake, and no list is made of it. */
const MOST_GPUS = 64;

export const engineFit = defineVerb({
  name: "engine fit",
  positionals: "MODEL",
  summary: "Does a model fit on the GPU, with how long a context and how many requests at once",
  description: [
    "Reads the model's config.json and the size of its weights, from a folder or the Hugging Face cache, and asks",
    "nvidia-smi how much memory there is. Starts no engine, downloads nothing and asks nobody outside this machine",
    "without --online. How the estimate is made, and how far off it was: docs/fit.md. Exit code 0: it fits, or it cannot",
    "be told (the answer says which); 1: it does not.",
  ].join("\n"),
  options: {
    profile: { type: "string", value: "NAME|PATH", help: "Settings to judge by, instead of vLLM's own defaults." },
    "max-model-len": { type: "string", value: "N", help: "Judge this length of context, such as 8192 or 32K." },
    "gpu-memory": { type: "string", value: "GIB", help: "Memory of one GPU, for a GPU that is not in this machine." },
    capability: { type: "string", value: "X.Y", help: "Its compute capability, such as 8.6." },
    online: { type: "boolean", help: "Ask Hugging Face about a model that is not on this machine (its name is sent)." },
    json: { type: "boolean", help: "One JSON document: {model, fits, why, weightsGiB, kvPerTokenBytes, …}." },
  },
  examples: [
    { command: "vllm-batch engine fit meta-llama/Llama-3.1-8B-Instruct", shows: "Does it fit on this machine's GPU?" },
    {
      command: "vllm-batch engine fit Qwen/Qwen3-30B-A3B --online --gpu-memory 24 --max-model-len 8192",
      shows: "Would it fit on a GPU of 24 GiB, with this length?",
    },
  ],
  run: async ({ positionals, options }, cli) => {
    const [modelName] = positionals;
    if (modelName === undefined || positionals.length > 1)
      throw new CliError("engine fit takes one model: a name on Hugging Face or a folder.", ExitCode.usage);
    const length = sizeOption("--max-model-len", options["max-model-len"]);
    const memoryGiB = numberOption("gpu-memory", options["gpu-memory"], { min: 0.1 }) ?? null;
    const capability = numberOption("capability", options.capability, { min: 1 }) ?? null;
    const settings = await loadSettings(options.profile, cli);
    const gpus = await findGpus({ memoryGiB, capability, profile: settings.profile }, cli);
    const isThisMachine = memoryGiB === null && capability === null;
    const input = await inputFor(withLength(settings, length), gpus, { modelName, isThisMachine }, cli);
    const { model, findings, fit } = await lookAhead({
      ...input,
      modelName,
      homedir: userHome(),
      cwd: cli.cwd,
      online: options.online,
    });
    if (model.place === "missing" || model.place === "unknown")
      throw new CliError(
        findings.find(({ code }) => code.startsWith("model."))?.text ?? modelName,
        ExitCode.unusableInput,
      );
    const gpu = usedGpus(input).taken[0] ?? gpus?.[0] ?? null;
    const report = fitReport(
      model,
      fit,
      {
        name: gpu?.name ?? null,
        memoryGiB: typeof gpu?.totalMiB === "number" ? gpu.totalMiB / 1024 : null,
        computeCapability: gpu?.computeCapability ?? null,
      },
      findings,
    );
    cli.print(options.json ? JSON.stringify(report) : fitTable(report, fit));
    const stops = report.findings.some(({ severity }) => severity === "stop");
    return fit.fits === "no" || stops ? ExitCode.no : ExitCode.ok;
  },
});

interface Settings {
  profile: Profile;
  chosenFlags: ReadonlySet<string>;
}

/** vLLM's own defaults, where no profile was named. Throws CliError (exit code 3) that says what is wrong with it. */
async function loadSettings(nameOrPath: string | undefined, cli: CliContext): Promise<Settings> {
  if (nameOrPath === undefined) return { profile: { ...profileDefaults, name: "fit" }, chosenFlags: new Set() };
  const loaded = await loadProfile(nameOrPath, { cwd: cli.cwd, stateFolder: ownStateFolder(cli.env) });
  if (Array.isArray(loaded)) throw new CliError(loaded.map(problemText).join("\n"), ExitCode.unusableInput);
  // The question is about a real engine, whatever the profile starts.
  return { profile: { ...loaded.profile, engine: "vllm" }, chosenFlags: loaded.chosen };
}

function withLength({ profile, chosenFlags }: Settings, length: number | null): Settings {
  if (length === null) return { profile, chosenFlags };
  const flags = { ...profile.flags, "max-model-len": length };
  return { profile: { ...profile, flags }, chosenFlags: new Set([...chosenFlags, "max-model-len"]) };
}

interface GivenGpu {
  memoryGiB: number | null;
  capability: number | null;
  profile: Profile;
}

/** Facts that were given win over what this machine has: as many such GPUs as the profile takes. */
async function findGpus(
  { memoryGiB, capability, profile }: GivenGpu,
  cli: CliContext,
): Promise<readonly PreflightGpu[] | null> {
  if (memoryGiB === null && capability === null) return gpusOf(await readGpusOnce({ env: cli.env }));
  const totalMiB = memoryGiB === null ? null : memoryGiB * 1024;
  const { needed } = usedGpus({ profile, gpus: null, env: {} });
  const gpu = { uuid: null, name: null, totalMiB, freeMiB: null, computeCapability: capability };
  return Array.from({ length: Math.min(needed, MOST_GPUS) }, (_, index) => ({ index, ...gpu }));
}

async function inputFor(
  settings: Settings,
  gpus: readonly PreflightGpu[] | null,
  { modelName, isThisMachine }: { modelName: string; isThisMachine: boolean },
  cli: CliContext,
): Promise<Omit<PreflightInput, "model">> {
  const { visible } = usedGpus({ profile: settings.profile, gpus, env: cli.env });
  const profile = fillGpuCount(settings.profile, visible?.length ?? null);
  const vllm = isThisMachine ? await installedVersion(profile, cli) : null;
  const here = { model: modelName, gpus: (gpus ?? []).map(({ name }) => name ?? ""), vllm };
  return {
    profile,
    chosenByUser: settings.chosenFlags,
    gpus,
    vllmVersion: vllm,
    env: cli.env,
    endpoints: null,
    ollamaName: libraryNameOf(modelName),
    file: null,
    measured: isThisMachine ? await recallMeasured(ownStateFolder(cli.env), here, profile, cli) : null,
  };
}

/** Of the vLLM that would be started; read from its package, so that nothing runs. null: none, or unknown. */
async function installedVersion({ vllm }: Profile, cli: CliContext): Promise<string | null> {
  const named = vllm === null ? null : { path: vllm, how: "profile" as const };
  const [first] = await findInstallations({ cwd: cli.cwd, env: cli.env, named, workspaceTrusted: true });
  return first?.version ?? null;
}

function sizeOption(name: string, text: string | undefined): number | null {
  const size = readSize(text);
  if (text !== undefined && size === null)
    throw new CliError(`${name} takes a number of tokens such as 8192 or 32K, not ${text}.`, ExitCode.usage);
  return size;
}
