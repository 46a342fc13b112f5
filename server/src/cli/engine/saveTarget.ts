import { needsConsent } from "../../engine/launch/consent.ts";
import { builtInProfile } from "../../engine/profile/builtInProfiles.ts";
import { hasUserProfile } from "../../engine/profile/writeUserProfile.io.ts";
import { sourceText, type LoadedProfile } from "../../engine/profile/profileSource.ts";
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

/**
 * Sees that saving these settings as the user's own does not make what they execute trusted: of a profile of one's own
 * nobody is asked again, so that only the person may write it. Throws CliError.
 * @param model what is to be loaded when the profile names none
 */
export function checkSaveSource({ profile, source }: LoadedProfile, model: string | null, ownFolder: string): void {
  const asked = profile.model ?? model;
  const request = needsConsent({ profile, source, model: asked, installation: null, program: null });
  if (request === null) return;
  const text = [
    `${sourceText(source)} decides what is executed on your machine. Saved as your own, it would never be asked about again:`,
    ...request.parts.map(({ kind, text: part }) => `  ${kind}: ${part}`),
    `Read it, and if you want this, write it into a profile in ${ownFolder} yourself. Or tune without --save.`,
  ];
  throw new CliError(text.join("\n"), ExitCode.usage);
}
