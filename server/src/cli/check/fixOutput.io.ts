import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { ExitCode } from "../../protocol/exitCode.ts";
import { errorCodeOf } from "../../util/unknown.ts";
import { CliError } from "../verb.ts";

/**
 * Where the mended file goes. Throws CliError (exit code 2) unless exactly one of the two ways is chosen, and when
 * something stands at `out` already: nothing is ever overwritten but the input, and that only on request.
 */
export async function chooseOutput(
  input: string,
  out: string | undefined,
  inPlace: boolean,
  cwd: string,
): Promise<string> {
  if (inPlace === (out !== undefined)) {
    throw new CliError("Say where the result goes: either -o OUT or --in-place.", ExitCode.usage);
  }
  if (out === undefined) return followed(input);
  const output = path.resolve(cwd, out);
  if (await exists(output)) {
    const advice = output === input ? "Use --in-place to replace the file itself." : "Choose another name.";
    throw new CliError(`${out} exists and is not overwritten. ${advice}`, ExitCode.usage);
  }
  if (!(await exists(path.dirname(output)))) {
    throw new CliError(`The folder ${path.dirname(out)} does not exist.`, ExitCode.usage);
  }
  return output;
}

/** The file that a link leads to: the link itself stays. A path that leads nowhere is told when it is opened. */
async function followed(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return file;
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return false;
    throw error;
  }
}
