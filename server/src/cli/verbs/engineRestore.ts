import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { printable } from "../../util/printable.ts";
import { readEngineMemory } from "../../engine/recover/io/engineMemory.io.ts";
import { GOOD_PROFILE, writeGoodProfile } from "../../engine/recover/io/goodProfile.io.ts";
import { goodToRestore, latestStart } from "../../engine/recover/lastKnownGood.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { CliError, defineVerb } from "../verb.ts";
import { nothingKnown, workedLine } from "./engineChanged.ts";

export const engineRestore = defineVerb({
  name: "engine restore",
  positionals: "[MODEL]",
  summary: "Goes back to the settings with which vLLM last worked for a model",
  description: [
    `Writes the settings that last worked for MODEL (for the model that was started last, when it is left out) as the`,
    `profile ${GOOD_PROFILE} among your own profiles, in the place of an earlier one of that name. Those that worked on`,
    "these GPUs with this version of vLLM come first. Starts nothing. Exit code 1: nothing is known to have worked yet.",
  ].join("\n"),
  options: {
    json: { type: "boolean", help: "One JSON document: {profile, file, model, vllm, gpus, at}; null: nothing known." },
  },
  examples: [
    {
      command: `vllm-batch engine restore && vllm-batch run requests.jsonl --profile ${GOOD_PROFILE}`,
      shows: "Run with what worked before",
    },
  ],
  run: async ({ positionals, options }, cli) => {
    if (positionals.length > 1) throw new CliError("engine restore takes at most one model.", ExitCode.usage);
    const [model = null] = positionals;
    const stateFolder = ownStateFolder(cli.env);
    const memory = await readEngineMemory(stateFolder);
    const started = latestStart(memory, model);
    const good = started === null ? null : goodToRestore(memory, started);
    if (good === null) {
      if (options.json) cli.print("null");
      cli.say(nothingKnown(started?.model ?? model));
      return ExitCode.no;
    }
    const file = await writeGoodProfile(stateFolder, good);
    const { vllm, gpus, at } = good;
    if (options.json) cli.print(JSON.stringify({ profile: GOOD_PROFILE, file, model: good.model, vllm, gpus, at }));
    cli.say(printable(workedLine(good)));
    cli.say(`Its settings are the profile ${GOOD_PROFILE} now (${printable(file)}): use --profile ${GOOD_PROFILE}.`);
    return ExitCode.ok;
  },
});
