import { runProgram } from "../../../server/src/cli/program.ts";
import type { CliContext, Verb } from "../../../server/src/cli/verb.ts";
import type { ExitCode } from "../../../server/src/protocol/exitCode.ts";

export interface CliAnswer {
  exitCode: ExitCode;
  /** What went to stdout, and to stderr. */
  printed: string;
  said: string;
}

/** Runs one command line on these verbs, without a process, a terminal, input or environment unless they are given. */
export async function callCli(
  verbs: readonly Verb[],
  argv: readonly string[],
  world: Partial<CliContext> = {},
): Promise<CliAnswer> {
  const printed: string[] = [];
  const said: string[] = [];
  const cli: CliContext = {
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
    drawProgress: () => undefined,
    isTerminal: false,
    columns: 80,
    cwd: "/",
    env: {},
    program: "vllm-batch test",
    programPath: "/none",
    stdin: () => (async function* () {})(),
    onInterrupt: () => () => undefined,
    ...world,
  };
  const exitCode = await runProgram(verbs, "1.2.3", argv, cli);
  return { exitCode, printed: printed.join("\n"), said: said.join("\n") };
}
