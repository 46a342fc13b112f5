import path from "node:path";
import { checkFile } from "../../batch/io/checkFile.io.ts";
import { splitFile, TooManyPartsError } from "../../batch/io/splitFile.io.ts";
import { ArrayFileError, type Part, type SplitRule } from "../../batch/split/splitter.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { withFile } from "../check/fileErrors.ts";
import { fileProgress } from "../check/fileProgress.ts";
import { madeFilesOptions, tellMade, type MadeFiles } from "../files/madeFiles.ts";
import { outFolder } from "../files/outFolder.io.ts";
import { namesByModel, namesByNumber } from "../files/partNames.ts";
import { existing, placeFiles } from "../files/placeFiles.io.ts";
import { numberOption } from "../run/numbers.ts";
import { onePositional } from "../run/runOptions.ts";
import { CliError, defineVerb, type CliContext, type OptionSpecs, type OptionValues } from "../verb.ts";

const options = {
  requests: { type: "string", value: "N", help: "At most N requests in each file." },
  parts: { type: "string", value: "N", help: "N files of about the same length." },
  "by-model": { type: "boolean", help: "A file for each model that the requests name." },
  ...madeFilesOptions,
} as const satisfies OptionSpecs;

export const split = defineVerb({
  name: "split",
  positionals: "FILE",
  summary: "Make several batch files of one",
  description: [
    "Hands the requests of FILE on to files beside it: so many each, or one file for each model. The lines stay as they are,",
    "byte for byte; blank ones are left out. FILE is only read. The files appear when all of them are whole. Exit code 1:",
    "there are files of these names, and nothing was written.",
  ].join("\n"),
  options,
  examples: [
    { command: "vllm-batch split requests.jsonl --requests 50000", shows: "As many as OpenAI takes in one file" },
    { command: "vllm-batch split requests.jsonl --by-model", shows: "Since one vLLM serves one model" },
  ],
  run: async ({ positionals, options: given }, cli) => {
    const file = onePositional(positionals, "The batch file", "split");
    const input = path.resolve(cli.cwd, file);
    const folder = await outFolder(input, given.out, cli.cwd);
    const made = await withFile(file, cli, (signal) => makeParts({ file, input, folder, given, signal }, cli));
    return tellMade(made, given.json, cli);
  },
});

interface Order {
  file: string;
  input: string;
  folder: string;
  given: OptionValues<typeof options>;
  signal: AbortSignal;
}

async function makeParts({ file, input, folder, given, signal }: Order, cli: CliContext): Promise<MadeFiles> {
  const rule = await ruleOf(given, input, signal);
  const onProgress = fileProgress("Splitting", file, cli, () => performance.now());
  try {
    const { parts, fileOf, remove } = await splitFile(input, folder, rule, { signal, onProgress });
    try {
      const names = namesOf(rule, input, folder, parts);
      const taken = given.overwrite ? [] : await existing(names);
      const files = parts.map(({ model, requests }, index) => ({ file: names[index] ?? "", requests, model }));
      if (taken.length === 0)
        await placeFiles(
          folder,
          names.map((to, index) => ({ from: fileOf(index), to })),
        );
      return { files, existing: taken };
    } finally {
      await remove();
    }
  } catch (error) {
    throw explained(file, error);
  }
}

function namesOf(rule: SplitRule, input: string, folder: string, parts: readonly Part[]): string[] {
  return rule.by === "model"
    ? namesByModel(
        input,
        folder,
        parts.map(({ model }) => model),
      )
    : namesByNumber(input, folder, parts.length);
}

async function ruleOf(given: OptionValues<typeof options>, input: string, signal: AbortSignal): Promise<SplitRule> {
  const requests = numberOption("requests", given.requests, { min: 1, whole: true });
  const parts = numberOption("parts", given.parts, { min: 1, whole: true });
  const ways = [requests !== undefined, parts !== undefined, given["by-model"]].filter(Boolean).length;
  if (ways !== 1) throw new CliError("Say how: one of --requests N, --parts N and --by-model.", ExitCode.usage);
  if (requests !== undefined) return { by: "requests", requests };
  if (parts === undefined) return { by: "model" };
  const { requests: all } = await checkFile(input, { target: "vllm", signal });
  return { by: "requests", requests: Math.max(1, Math.ceil(all / parts)) };
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof ArrayFileError) {
    const advice = `First make lines of it: vllm-batch fix ${file} -o OUT`;
    return new CliError(`${file}: ${error.message} ${advice}`, ExitCode.unusableInput);
  }
  return error instanceof TooManyPartsError ? new CliError(`${file}: ${error.message}`, ExitCode.usage) : error;
}
