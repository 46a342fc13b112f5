import { stat } from "node:fs/promises";
import path from "node:path";
import { ExitCode } from "../../protocol/exitCode.ts";
import { errorCodeOf } from "../../util/unknown.ts";
import { CliError } from "../verb.ts";

/** Where files made of one batch file go. Throws CliError (exit code 2) when the folder given is none. */
export async function outFolder(input: string, out: string | undefined, cwd: string): Promise<string> {
  if (out === undefined) return path.dirname(input);
  const folder = path.resolve(cwd, out);
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
  throw new CliError(`There is no folder ${out}.`, ExitCode.usage);
}
