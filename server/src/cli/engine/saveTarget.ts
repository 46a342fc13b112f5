import { builtInProfile } from "../../engine/profile/builtInProfiles.ts";
import { hasUserProfile } from "../../engine/profile/writeUserProfile.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { CliError } from "../verb.ts";

/** Sees that a profile may be written under this name, before any work is done for it. Throws CliError. */
export async function checkSaveTarget(stateFolder: string, name: string, force: boolean): Promise<void> {
  if (!/^[\w][\w.-]{0,63}$/.test(name)) {
    throw new CliError(`"${name}" cannot be a profile's name: letters, digits, - _ and . make one.`, ExitCode.usage);
  }
  const isTaken = builtInProfile(name) !== undefined || (await hasUserProfile(stateFolder, name));
  if (isTaken && !force) {
    throw new CliError(`There is a profile ${name} already. Take another name, or add --force.`, ExitCode.usage);
  }
}
