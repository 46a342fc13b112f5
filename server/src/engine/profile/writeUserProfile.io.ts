import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Profile } from "../../protocol/engine.ts";
import { replaceFile } from "../../util/atomicFile.io.ts";
import { errorCodeOf } from "../../util/unknown.ts";
import { userProfileFolder } from "./loadProfile.io.ts";

/** Makes settings a profile of the user's own, by its name and readable by them alone. Returns the path of its file. */
export async function writeUserProfile(stateFolder: string, profile: Profile): Promise<string> {
  await mkdir(userProfileFolder(stateFolder), { recursive: true, mode: 0o700 });
  const target = fileOf(stateFolder, profile.name);
  await replaceFile(target, async (file) => {
    await file.chmod(0o600);
    await file.writeFile(JSON.stringify(profile, null, 2) + "\n");
  });
  return target;
}

/** Whether the user has a profile of this name. */
export async function hasUserProfile(stateFolder: string, name: string): Promise<boolean> {
  try {
    await stat(fileOf(stateFolder, name));
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function fileOf(stateFolder: string, name: string): string {
  return path.join(userProfileFolder(stateFolder), `${name}.json`);
}
