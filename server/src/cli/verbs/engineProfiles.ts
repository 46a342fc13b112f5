import { flagArguments } from "../../engine/launch/flagArguments.ts";
import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { printable } from "../../util/printable.ts";
import { builtInSummaries } from "../../engine/profile/builtInProfiles.ts";
import { listProfiles, loadProfile, type ProfileList } from "../../engine/profile/loadProfile.io.ts";
import { problemText } from "../../engine/profile/profileProblem.ts";
import { sourceText, type LoadedProfile } from "../../engine/profile/profileSource.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { isSecretSetting } from "../../util/secretSetting.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

export const engineProfiles = defineVerb({
  name: "engine profiles",
  positionals: "[NAME|PATH]",
  summary: "The settings that vLLM can be started with: built-in, yours and the workspace's",
  description: [
    "Lists the profiles: your own (profiles/*.json in the state folder), the built-in ones, and those of this folder",
    "(.vllm-batch/profiles/*.json). With a name or a file it shows one, whole, with what its file left out filled in.",
    "Starts nothing. Values that look like secrets are not shown. All about profiles: docs/profiles.md.",
    "Exit code 1: a file is wrong; which and where is said.",
  ].join("\n"),
  options: {
    json: {
      type: "boolean",
      help: "One JSON document: {profiles:[{profile, source, …}], problems}; for one: its entry.",
    },
  },
  examples: [
    { command: "vllm-batch engine profiles", shows: "What can --profile be?" },
    { command: "vllm-batch engine profiles desktop", shows: "What exactly does it set?" },
  ],
  run: async ({ positionals, options }, cli) => {
    const [name] = positionals;
    if (positionals.length > 1) throw new CliError("engine profiles takes at most one name or file.", ExitCode.usage);
    const places = { cwd: cli.cwd, stateFolder: ownStateFolder(cli.env) };
    if (name === undefined) return showList(await listProfiles(places), options.json, cli);
    const loaded = await loadProfile(name, places);
    if (Array.isArray(loaded)) throw new CliError(loaded.map(problemText).join("\n"), ExitCode.unusableInput);
    cli.print(options.json ? JSON.stringify(entryOf(loaded)) : wholeText(loaded));
    return ExitCode.ok;
  },
});

function showList({ profiles, problems }: ProfileList, json: boolean, cli: CliContext): ExitCode {
  const shadowed = (loaded: LoadedProfile): boolean =>
    profiles.find(({ profile }) => profile.name === loaded.profile.name) !== loaded;
  if (json) {
    const entries = profiles.map((loaded) => ({ ...entryOf(loaded), shadowed: shadowed(loaded) }));
    cli.print(JSON.stringify({ profiles: entries, problems }));
  } else {
    const width = Math.max(...profiles.map(({ profile }) => profile.name.length));
    for (const loaded of profiles) {
      const note = shadowed(loaded) ? "  (another one has this name: use the path)" : "";
      cli.print(`${loaded.profile.name.padEnd(width)}  ${lineOf(loaded)}${note}`);
    }
  }
  for (const problem of problems) cli.say(printable(problemText(problem)));
  return problems.length === 0 ? ExitCode.ok : ExitCode.no;
}

function lineOf({ profile, source }: LoadedProfile): string {
  const text = source.kind === "builtIn" ? builtInSummaries[profile.name] : undefined;
  return text ?? printable(sourceText(source));
}

/** One profile as the JSON answer has it. */
function entryOf({ profile, source, chosen }: LoadedProfile): object {
  return { profile: { ...profile, flags: shown(profile.flags), env: shown(profile.env) }, source, chosen: [...chosen] };
}

function wholeText({ profile, source }: LoadedProfile): string {
  const summary = builtInSummaries[profile.name];
  return [
    `${profile.name} (${sourceText(source)})`,
    ...(source.kind === "builtIn" && summary !== undefined ? [summary] : []),
    "",
    field("engine", profile.engine),
    field("vllm", profile.vllm ?? "looked for"),
    field("model", profile.model ?? "what the batch file names"),
    field("served as", profile.servedModelName ?? profile.model ?? "what the batch file names"),
    ...Object.entries(shown(profile.flags)).map(([flag, value]) => {
      return field("flag", value === false ? `(no --${flag})` : flagArguments({ [flag]: value }).join(" "));
    }),
    ...Object.entries(shown(profile.env)).map(([name, value]) => field("environment", `${name}=${value}`)),
    field("start", `given up after ${profile.startTimeoutSeconds} s without progress`),
    field("hang", `after ${profile.hangSeconds} s in which nothing moves`),
    field("crashes", `more than ${profile.maxCrashes} in ten minutes end the attempts`),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

function field(name: string, text: string): string {
  return `  ${name.padEnd(12)} ${printable(text)}`;
}

/** The settings without what may be a secret. */
function shown<T>(settings: Readonly<Record<string, T>>): Record<string, T | string> {
  const entries = Object.entries(settings);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isSecretSetting(name, value) ? "(not shown)" : value]),
  );
}
