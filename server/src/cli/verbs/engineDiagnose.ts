import path from "node:path";
import { diagnose } from "../../engine/diagnose/diagnose.ts";
import type { ExitFacts } from "../../protocol/engine.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { messageOf } from "../../util/unknown.ts";
import { diagnosisText } from "../diagnose/diagnosisText.ts";
import { openLog, readLogEnd } from "../diagnose/readLogEnd.io.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

export const engineDiagnose = defineVerb({
  name: "engine diagnose",
  positionals: "FILE|-",
  summary: "Why a vLLM died, hangs or does not start, from its log",
  description: [
    "Reads what vLLM 0.8 to 0.3x wrote (from a file, or with - from stdin), as docker, journald or a terminal keep it,",
    "and names the first failure of the last run, the lines that prove it, its numbers and what to do. Says unknown when",
    "the log does not tell. Looks at the last 20,000 lines, 4 MB at most; starts and asks nothing. How the process ended",
    "is not in its log: give it with --exit-code or --signal; and a stop that you asked for looks like a crash to it",
    "unless you say --stop-requested. docs/engine-causes.md describes each cause.",
    "Exit code 0: it was a clean stop; 1: a failure was found, or the cause is unknown.",
  ].join("\n"),
  options: {
    "exit-code": { type: "string", value: "N", help: "Exit code of the engine's process." },
    signal: { type: "string", value: "NAME", help: "Signal that ended it, such as SIGKILL." },
    "stop-requested": { type: "boolean", help: "You asked it to stop." },
    json: { type: "boolean", help: "One JSON document: {cause, confidence, summary, evidence, facts, remedies}." },
  },
  examples: [
    { command: "vllm-batch engine diagnose vllm.log", shows: "Why did it die?" },
    { command: "docker logs vllm 2>&1 | vllm-batch engine diagnose - --exit-code 1", shows: "From a container" },
  ],
  run: async ({ positionals, options }, cli) => {
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) {
      throw new CliError("engine diagnose takes one log: a FILE, or - for stdin.", ExitCode.usage);
    }
    const exit = exitFacts(options["exit-code"], options.signal);
    const text = await read(file, cli);
    const diagnosis = diagnose({ text, exit, stopRequested: options["stop-requested"] });
    cli.print(options.json ? JSON.stringify(diagnosis) : diagnosisText(diagnosis));
    return diagnosis.cause === "clean_stop" ? ExitCode.ok : ExitCode.no;
  },
});

function exitFacts(code: string | undefined, signal: string | undefined): ExitFacts {
  if (code !== undefined && !/^-?\d{1,3}$/.test(code)) {
    throw new CliError(`--exit-code takes a number, not ${code}.`, ExitCode.usage);
  }
  if (signal !== undefined && !/^(?:SIG)?[A-Z][A-Z0-9]{1,8}$/i.test(signal)) {
    throw new CliError(`--signal takes a name such as SIGKILL, not ${signal}.`, ExitCode.usage);
  }
  const name = signal?.toUpperCase().replace(/^(?!SIG)/, "SIG");
  return { code: code === undefined ? null : Number(code), signal: name ?? null };
}

async function read(file: string, cli: CliContext): Promise<string> {
  if (file === "-") return readLogEnd(cli.stdin());
  try {
    return await readLogEnd(openLog(path.resolve(cli.cwd, file)));
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}`, ExitCode.unusableInput);
  }
}
