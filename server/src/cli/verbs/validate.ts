import { randomInt } from "node:crypto";
import path from "node:path";
import type { BatchSummary } from "../../batch/checker.ts";
import { judgeFile } from "../../batch/io/checkFile.io.ts";
import { ReportGatherer, type FileReport } from "../../batch/report/fileReport.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { checkOptions, readTarget, readUserModels } from "../check/checkOptions.ts";
import { withFile } from "../check/fileErrors.ts";
import { fileProgress } from "../check/fileProgress.ts";
import { FirstProblems, ProblemDigest, type ProblemList } from "../check/problemList.ts";
import { codeList, plural, problemText, verdictText } from "../check/problemText.ts";
import { reportText } from "../check/reportText.ts";
import { numberOption } from "../run/numbers.ts";
import { CliError, defineVerb, type CliContext, type OptionSpecs, type OptionValues } from "../verb.ts";

const DEFAULT_MAX_PROBLEMS = 1000;
/** Problems that differ only in their line are one of these. */
const DEFAULT_MAX_KINDS = 20;

const options = {
  ...checkOptions,
  report: { type: "boolean", help: "Also tell about the file: prompts, tokens, duplicates, what is unusual." },
  "max-problems": {
    type: "string",
    value: "N",
    help: "List at most N problems per file, 0 for all (default: 20, with --json 1000). Counts are exact.",
  },
  json: {
    type: "boolean",
    help: "One JSON document: {files: [{file, lines, requests, counts, byCode, problems, …}]}.",
  },
} as const satisfies OptionSpecs;

export const validate = defineVerb({
  name: "validate",
  positionals: "FILE…",
  summary: "Say what is wrong with a batch file, line by line",
  description: [
    "Checks each FILE as vLLM (or OpenAI) would, without running anything: JSON, ids, urls, bodies, model names. Files of",
    "any size; FILE is only read. Exit code 1 when there is an error; warnings and hints alone are 0.",
  ].join("\n"),
  options,
  examples: [
    { command: "vllm-batch validate requests.jsonl", shows: "What is wrong with this file?" },
    { command: "vllm-batch validate requests.jsonl --target openai", shows: "Would OpenAI's Batch API take it?" },
    { command: "vllm-batch validate *.jsonl --json | jq '.files[].counts'", shows: "For programs" },
  ],
  run: async ({ positionals, options: given }, cli) => {
    if (positionals.length === 0) throw new CliError("Which file? See: vllm-batch validate --help", ExitCode.usage);
    const check = await checkOf(given, cli);
    const answers: FileAnswer[] = [];
    for (const file of positionals) answers.push(await validateFile(file, check, cli));
    if (given.json) cli.print(JSON.stringify({ files: answers.map(jsonAnswer) }));
    return answers.some(({ summary }) => summary.counts.error > 0) ? ExitCode.no : ExitCode.ok;
  },
});

type Check = Awaited<ReturnType<typeof checkOf>>;

interface FileAnswer {
  file: string;
  summary: BatchSummary;
  problems: ProblemList;
  report: FileReport | null;
}

async function checkOf(given: OptionValues<typeof options>, cli: CliContext) {
  const most = numberOption("max-problems", given["max-problems"], { min: 0, whole: true });
  const maxProblems = most ?? (given.json ? DEFAULT_MAX_PROBLEMS : DEFAULT_MAX_KINDS);
  return {
    target: readTarget(given.target),
    userModels: await readUserModels(given.map, cli.cwd),
    maxProblems: maxProblems === 0 ? Infinity : maxProblems,
    report: given.report,
    json: given.json,
  };
}

async function validateFile(file: string, check: Check, cli: CliContext): Promise<FileAnswer> {
  const { target, userModels, maxProblems, json } = check;
  const problems = json ? new FirstProblems(maxProblems) : new ProblemDigest(maxProblems);
  const gatherer = check.report ? new ReportGatherer(randomInt(2 ** 32)) : null;
  const summary = await withFile(file, cli, (signal) =>
    judgeFile(path.resolve(cli.cwd, file), {
      target,
      userModels,
      signal,
      onProgress: fileProgress("Checking", file, cli, () => performance.now()),
      wantsProblem: (head) => problems.wants(head),
      onProblem: (problem) => problems.add(problem),
      ...(gatherer && { onRequest: gatherer.add.bind(gatherer) }),
    }),
  );
  const answer = { file, summary, problems, report: gatherer?.finish() ?? null };
  if (!json) tell(answer, cli);
  return answer;
}

function tell({ file, summary, problems, report }: FileAnswer, cli: CliContext): void {
  for (const { problem, repeats } of problems.listed()) cli.print(problemText(file, problem, repeats));
  const hidden = totalOf(summary) - problems.told;
  if (hidden > 0) {
    cli.say(
      `… and ${plural(hidden, "more problem")}; in all: ${codeList(summary.byCode)}. --max-problems 0 lists every kind.`,
    );
  }
  if (report !== null) for (const line of reportText(summary, report)) cli.print(line);
  for (const line of verdictText(file, summary)) cli.say(line);
}

function totalOf({ counts }: BatchSummary): number {
  return counts.error + counts.warning + counts.info;
}

function jsonAnswer({ file, summary, problems: list, report }: FileAnswer): object {
  const problems = list.listed().map(({ problem }) => problem);
  const truncated = list.told < totalOf(summary);
  const { lines, requests, invalid, counts, byCode, models, urls } = summary;
  const answer = { file, lines, requests, invalid, counts, byCode, models, urls, problems, truncated };
  return report === null ? answer : { ...answer, report };
}
