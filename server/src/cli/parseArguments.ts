import { parseArgs } from "node:util";
import { ExitCode } from "../protocol/exitCode.ts";
import { CliError, type OptionSpecs, type OptionValues, type Verb } from "./verb.ts";

/** Every verb has these. */
export const commonOptions = {
  help: { type: "boolean", short: "h", help: "Show this help." },
} as const satisfies OptionSpecs;

/**
 * Reads the arguments after the verb. Throws CliError (exit code 2) that names the wrong option.
 */
export function parseArguments<S extends OptionSpecs>(
  verb: Verb<S>,
  argv: readonly string[],
): { positionals: string[]; options: OptionValues<S>; help: boolean } {
  const specs: OptionSpecs = { ...verb.options, ...commonOptions };
  try {
    const parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [
          name,
          {
            type: spec.type,
            ...(spec.short === undefined ? {} : { short: spec.short }),
            ...(spec.multiple === true ? { multiple: true } : {}),
          },
        ]),
      ),
    });
    const given: Record<string, unknown> = parsed.values;
    const options = Object.fromEntries(
      Object.entries(verb.options).map(([name, spec]) => [
        name,
        given[name] ?? (spec.multiple === true ? [] : spec.type === "boolean" ? false : undefined),
      ]),
    );
    return { positionals: parsed.positionals, options: options as OptionValues<S>, help: given["help"] === true };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new CliError(`${reason ?? "Wrong arguments"}. See: vllm-batch ${verb.name} --help`, ExitCode.usage);
  }
}
