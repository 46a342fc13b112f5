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
  const [name] = argv;
  if (name === "--version" || name === "-V") return answer(cli, version);
  if (name === "--help" || name === "-h" || name === "help") return answer(cli, programHelp(verbs, version));
  if (name === undefined) {
    cli.say(programHelp(verbs, version));
    return ExitCode.usage;
  }
  const verb = findVerb(verbs, argv);
  if (verb === undefined) {
    cli.say(noSuchVerb(verbs, argv));
    return ExitCode.usage;
  }
  const rest = argv.slice(verb.name.split(" ").length);
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

/** Some verbs have two words: `engine start`. */
export function findVerb<T extends { name: string }>(verbs: readonly T[], argv: readonly string[]): T | undefined {
  const twoWords = argv.slice(0, 2).join(" ");
  return verbs.find(({ name }) => name === twoWords) ?? verbs.find(({ name }) => name === argv[0]);
}

function noSuchVerb(verbs: readonly Verb[], [first = "", second]: readonly string[]): string {
  const family = verbs.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length === 0)
    return `There is no verb "${first}". The verbs: ${verbs.map(({ name }) => name).join(", ")}.`;
  const missing = second === undefined || second.startsWith("-") ? "" : `There is no verb "${first} ${second}". `;
  return `${missing}The verbs of ${first}:\n${family.map(({ name, summary }) => `  ${name}  ${summary}`).join("\n")}`;
}

/** Behind `--` everything is a positional. */
function escaped(argv: readonly string[]): string[] {
  return argv.includes("--help") || argv.includes("-h") ? ["--help"] : ["--", ...argv];
}

function answer(cli: CliContext, text: string): ExitCode {
  cli.print(text);
  return ExitCode.ok;
}
