import { writeUserProfile } from "../../profile/writeUserProfile.io.ts";
import type { KnownGood } from "../lastKnownGood.ts";

export const GOOD_PROFILE = "last-known-good";

/** Makes settings that worked a profile of the user's own, and returns the path of its file. */
export async function writeGoodProfile(stateFolder: string, { profile, model }: KnownGood): Promise<string> {
  return await writeUserProfile(stateFolder, { ...profile, name: GOOD_PROFILE, model });
}
