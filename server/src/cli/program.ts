import { ExitCode } from "../protocol/exitCode.ts";
import { programHelp, verbHelp } from "./help.ts";
import { parseArguments } from "./parseArguments.ts";
import { CliError, type CliContext, type Verb } from "./verb.ts";

/**
 * Runs one command line. Returns the exit code; never throws for a user's mistake. A bug of ours is thrown on, and
 * becomes exit code 70 in main/.
 */
export async function runProgram(
  verbs: readonly Verb[],
  version: string,
  argv: readonly string[],
  cli: CliContext,
): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === "--version" || name === "-V") return answer(cli, version);
  if (name === "--help" || name === "-h" || name === "help") return answer(cli, programHelp(verbs, version));
  if (name === undefined) {
    cli.say(programHelp(verbs, version));
    return ExitCode.usage;
  }
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb === undefined) {
    cli.say(`There is no verb "${name}". The verbs: ${verbs.map((one) => one.name).join(", ")}.`);
    return ExitCode.usage;
  }
  try {
    const { positionals, options, help } = parseArguments(verb, verb.rawArguments === true ? escaped(rest) : rest);
    if (help) return answer(cli, verbHelp(verb));
    return await verb.run({ positionals, options }, cli);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    cli.say(error.message);
    return error.exitCode;
  }
}

/** Behind `--` everything is a positional. */
function escaped(argv: readonly string[]): string[] {
  return argv.includes("--help") || argv.includes("-h") ? ["--help"] : ["--", ...argv];
}

function answer(cli: CliContext, text: string): ExitCode {
  cli.print(text);
  return ExitCode.ok;
}
