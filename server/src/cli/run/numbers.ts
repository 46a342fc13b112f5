import { ExitCode } from "../../protocol/exitCode.ts";
import { CliError } from "../verb.ts";

/** The value of an option as a number within limits; undefined when it was not given. Throws CliError (exit code 2). */
export function numberOption(
  name: string,
  text: string | undefined,
  limits: { min: number; max?: number; whole?: boolean },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const { min, max = Number.MAX_SAFE_INTEGER, whole = false } = limits;
  const isGood = text.trim() !== "" && value >= min && value <= max && (!whole || Number.isSafeInteger(value));
  if (isGood) return value;
  const kind = whole ? "a whole number" : "a number";
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new CliError(`--${name} takes ${kind} ${range}, not "${text}".`, ExitCode.usage);
}
