import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { printable } from "../../util/printable.ts";
import { readEngineMemory } from "../../engine/recover/io/engineMemory.io.ts";
import { latestGood, latestStart, type KnownGood, type StartedEngine } from "../../engine/recover/lastKnownGood.ts";
import { whatChanged } from "../../engine/recover/whatChanged.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { duration } from "../../util/duration.ts";
import { CliError, defineVerb } from "../verb.ts";

export const engineChanged = defineVerb({
  name: "engine changed",
  positionals: "[MODEL]",
  summary: "What is different since vLLM last worked for a model: settings, version, driver, GPUs",
  description: [
    "Compares the last start of an engine (of MODEL; of any, when it is left out) with the settings that last worked for",
    "its model: those with which it saved 200 answers, or any for ten minutes. Starts nothing. Values that look like",
    "secrets are not shown. Exit code 1: nothing is known to have worked yet.",
  ].join("\n"),
  options: {
    json: {
      type: "boolean",
      help: "One JSON document: {model, worked, started, settings, lines}; null: nothing known.",
    },
  },
  examples: [{ command: "vllm-batch engine changed", shows: "Why does it not start any more?" }],
  run: async ({ positionals, options }, cli) => {
    if (positionals.length > 1) throw new CliError("engine changed takes at most one model.", ExitCode.usage);
    const [model = null] = positionals;
    const memory = await readEngineMemory(ownStateFolder(cli.env));
    const started = latestStart(memory, model);
    const worked = started === null ? null : latestGood(memory, started.model);
    if (started === null || worked === null) {
      if (options.json) cli.print("null");
      cli.say(nothingKnown(started?.model ?? model));
      return ExitCode.no;
    }
    const { settings, lines } = whatChanged(worked, started);
    if (options.json) {
      const answer = { model: started.model, worked: placeOf(worked), started: placeOf(started), settings, lines };
      cli.print(JSON.stringify(answer));
      return ExitCode.ok;
    }
    cli.print(printable(workedLine(worked)));
    if (lines.length === 0) cli.print("Nothing that we know of has changed since.");
    else for (const line of lines) cli.print(`  ${printable(line)}`);
    return ExitCode.ok;
  },
});

export function nothingKnown(model: string | null): string {
  const what = model === null ? "No engine" : `No engine with ${printable(model)}`;
  return `${what} has worked here long enough to be remembered (200 answers, or ten minutes with any).`;
}

export function workedLine({ model, profile, vllm, at, ranSeconds, answers }: KnownGood): string {
  const version = vllm === null ? "" : `, vLLM ${vllm}`;
  return `${model} last worked on ${at} (profile ${profile.name}${version}): ${answers} answers in ${duration(ranSeconds)}.`;
}

function placeOf({ at, vllm, driver, gpus, profile }: StartedEngine): object {
  return { at, vllm, driver, gpus, profile: profile.name };
}
