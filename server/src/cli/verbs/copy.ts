import path from "node:path";
import { fixFile } from "../../batch/io/fixFile.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { withFile } from "../check/fileErrors.ts";
import { fileProgress } from "../check/fileProgress.ts";
import { madeFilesOptions, tellMade } from "../files/madeFiles.ts";
import { outFolder } from "../files/outFolder.io.ts";
import { namesByModel } from "../files/partNames.ts";
import { existing } from "../files/placeFiles.io.ts";
import { onePositional } from "../run/runOptions.ts";
import { CliError, defineVerb, type CliContext, type OptionSpecs } from "../verb.ts";

const options = {
  model: {
    type: "string",
    multiple: true,
    value: "M",
    help: "A file whose requests all name this model; may be repeated.",
  },
  ...madeFilesOptions,
} as const satisfies OptionSpecs;

export const copy = defineVerb({
  name: "copy",
  positionals: "FILE",
  summary: "Make a copy of a batch file for each of some models",
  description: [
    "Writes, for each --model, a copy of FILE beside it in which all requests name that model, to run the same requests on",
    "several models. Nothing else is changed. FILE is only read, and each copy appears whole. Exit code 1: there are files of",
    "these names, and nothing was written.",
  ].join("\n"),
  options,
  examples: [
    {
      command: "vllm-batch copy requests.jsonl --model Qwen/Qwen3-8B --model google/gemma-3-12b-it",
      shows: "The same questions for two models",
    },
  ],
  run: async ({ positionals, options: given }, cli) => {
    const file = onePositional(positionals, "The batch file", "copy");
    const models = [...new Set(given.model)];
    if (models.length === 0 || models.some((model) => model.trim() === "")) {
      throw new CliError("For which models? Give --model M, once for each.", ExitCode.usage);
    }
    const input = path.resolve(cli.cwd, file);
    const names = namesByModel(input, await outFolder(input, given.out, cli.cwd), models);
    const taken = given.overwrite ? [] : await existing(names);
    const files = models.map((model, index) => ({ file: names[index] ?? "", requests: null, model }));
    if (taken.length === 0) await makeCopies(file, input, files, cli);
    return tellMade({ files, existing: taken }, given.json, cli);
  },
});

/** Of all that `fix` can do, only what its option --model does. */
const ONLY_THE_MODEL = "option.model";

async function makeCopies(
  file: string,
  input: string,
  copies: readonly { file: string; model: string }[],
  cli: CliContext,
): Promise<void> {
  await withFile(file, cli, async (signal) => {
    for (const { file: output, model } of copies) {
      const onProgress = fileProgress("Copying", file, cli, () => performance.now());
      const only = { suggested: false, only: ONLY_THE_MODEL, model } as const;
      await fixFile(input, output, { target: "vllm", ...only, signal, onProgress });
    }
  });
}
