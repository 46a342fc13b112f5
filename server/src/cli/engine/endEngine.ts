import { ExitCode } from "../../protocol/exitCode.ts";
import { messageOf } from "../../util/unknown.ts";
import { CliError } from "../verb.ts";

/** Ends an engine. One that cannot be killed (a driver that hangs) is no bug of ours: throws CliError with the reason. */
export async function endEngine(end: () => Promise<void>): Promise<void> {
  try {
    await end();
  } catch (error) {
    throw new CliError(messageOf(error), ExitCode.engineFailed);
  }
}
