import { mkdir } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../../util/atomicFile.io.ts";
import { userProfileFolder } from "../../profile/loadProfile.io.ts";
import type { KnownGood } from "../lastKnownGood.ts";

export const GOOD_PROFILE = "last-known-good";

/** Makes settings that worked a profile of the user's own, readable by them alone, and returns the path of its file. */
export async function writeGoodProfile(stateFolder: string, { profile, model }: KnownGood): Promise<string> {
  const folder = userProfileFolder(stateFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const target = path.join(folder, `${GOOD_PROFILE}.json`);
  await replaceFile(target, async (file) => {
    await file.chmod(0o600);
    await file.writeFile(JSON.stringify({ ...profile, name: GOOD_PROFILE, model }, null, 2) + "\n");
  });
  return target;
}
