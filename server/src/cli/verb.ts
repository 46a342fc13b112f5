/**
 * What a verb of the CLI is. One file per verb in `cli/verbs/`; the help text, the README's table and the parsing of
 * arguments all come from this description, so that they cannot disagree.
 */
import type { ExitCode } from "../protocol/exitCode.ts";

export interface OptionSpec {
  type: "boolean" | "string";
  /** What stands for the value in the help, such as `DIR`. Strings only. */
  value?: string;
  short?: string;
  multiple?: boolean;
  help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Parsed options by long name. A boolean that was not given is false, a string undefined, a multiple an empty list. */
export type OptionValues<S extends OptionSpecs> = {
  readonly [K in keyof S]: S[K]["multiple"] extends true
    ? readonly string[]
    : S[K]["type"] extends "boolean"
      ? boolean
      : string | undefined;
};

/** Everything a verb may know of the world. Only `main/` makes one; tests make their own. */
export interface CliContext {
  /** Text for programs (the `--json` document) or the verb's product, without a final newline. */
  print(text: string): void;
  /** A line for people, on stderr. */
  say(text: string): void;
  /** Draws or redraws a progress line on a terminal; elsewhere the caller should use `say` now and then. */
  drawProgress(line: string): void;
  readonly isTerminal: boolean;
  /** Columns of the terminal, 80 elsewhere. */
  readonly columns: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name and version, as runs note it down. */
  readonly program: string;
  /** The program itself (dist/cli.js), to start the simulator as a child. */
  readonly programPath: string;
  stdin(): AsyncIterable<Buffer>;
  /** Calls back at each SIGINT or SIGTERM instead of ending the process. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

export interface Verb<S extends OptionSpecs = OptionSpecs> {
  name: string;
  /** As in the usage line: `FILE…`, `DIR`, empty. */
  positionals: string;
  /** One line, for the list of verbs. */
  summary: string;
  /** Sentences below the usage line: what it does, what it never does. */
  description: string;
  options: S;
  examples: readonly { command: string; shows: string }[];
  /** Reads its arguments itself: they come as positionals, all but a --help. The options are for the help alone. */
  rawArguments?: boolean;
  run(args: { positionals: readonly string[]; options: OptionValues<S> }, cli: CliContext): Promise<ExitCode>;
}

/** Keeps the option types of a verb while it is declared. */
export function defineVerb<const S extends OptionSpecs>(verb: Verb<S>): Verb<S> {
  return verb;
}

/** A mistake in how the program was called, or in its input: shown without a stack. */
export class CliError extends Error {
  override name = "CliError";
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
