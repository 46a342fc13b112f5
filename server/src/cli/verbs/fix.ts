import path from "node:path";
import { fixFile } from "../../batch/io/fixFile.io.ts";
import type { FixSummary } from "../../batch/fixes/fixer.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { checkOptions, readTarget, readUserModels } from "../check/checkOptions.ts";
import { withFile } from "../check/fileErrors.ts";
import { chooseOutput } from "../check/fixOutput.io.ts";
import { fileProgress } from "../check/fileProgress.ts";
import { codeList, plural } from "../check/problemText.ts";
import { CliError, defineVerb, type CliContext, type OptionSpecs } from "../verb.ts";

const options = {
  out: { type: "string", value: "OUT", short: "o", help: "Write the mended file here. Must not exist yet." },
  "in-place": { type: "boolean", help: "Replace FILE itself, in one step." },
  suggested: { type: "boolean", help: "Also make changes that a person should look at." },
  model: { type: "string", value: "M", help: "Set this model on every request." },
  ...checkOptions,
  json: { type: "boolean", help: "One JSON document: {file, output, changedLines, applied, left}." },
} as const satisfies OptionSpecs;

export const fix = defineVerb({
  name: "fix",
  positionals: "FILE",
  summary: "Mend what can be mended safely",
  description: [
    "Mends FILE into a new file (-o OUT) or in its place (--in-place): broken JSON, urls, ids, fields and model names, where",
    "the meaning stays the same or the correction is certain. Lines without such a problem stay as they are, byte for byte.",
    "The file appears whole or not at all. Exit code 1 when errors are left.",
  ].join("\n"),
  options,
  examples: [
    { command: "vllm-batch fix requests.jsonl -o fixed.jsonl", shows: "Mend what is safe to mend" },
    { command: "vllm-batch fix requests.jsonl --in-place --suggested", shows: "Also what is only likely" },
    {
      command: "vllm-batch fix requests.jsonl -o mine.jsonl --model Qwen/Qwen3-8B",
      shows: "And use this model for all requests",
    },
  ],
  run: async ({ positionals, options: given }, cli) => {
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) {
      throw new CliError("fix takes one file. See: vllm-batch fix --help", ExitCode.usage);
    }
    const { suggested, model } = given;
    if (model?.trim() === "") throw new CliError("--model needs a name.", ExitCode.usage);
    const target = readTarget(given.target);
    const userModels = await readUserModels(given.map, cli.cwd);
    const input = path.resolve(cli.cwd, file);
    const output = await chooseOutput(input, given.out, given["in-place"], cli.cwd);
    const summary = await withFile(file, cli, (signal) =>
      fixFile(input, output, {
        target,
        userModels,
        suggested,
        signal,
        onProgress: fileProgress("Mending", file, cli, () => performance.now()),
        ...(model !== undefined && { model }),
      }),
    );
    const { changedLines, applied, left } = summary;
    const shown = given.out ?? file;
    if (given.json) cli.print(JSON.stringify({ file, output: shown, changedLines, applied, left }));
    else tell(file, shown, summary, cli);
    return summary.counts.error > 0 ? ExitCode.no : ExitCode.ok;
  },
});

function tell(file: string, output: string, { changedLines, applied, left }: FixSummary, cli: CliContext): void {
  const changed = changedLines === 0 ? "nothing to mend" : `${plural(changedLines, "line")} changed`;
  cli.say(`${file} → ${output}: ${changed}.`);
  if (changedLines > 0) cli.say(`Mended: ${codeList(applied)}.`);
  if (Object.keys(left).length > 0) {
    cli.say(`Left: ${codeList(left)}. \`vllm-batch validate ${output}\` says where.`);
  }
}
