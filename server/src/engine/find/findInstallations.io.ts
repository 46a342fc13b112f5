import { access, constants, readdir, readFile, realpath, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { candidatePaths, condaBases, isInside } from "./candidates.ts";
import type { Candidate, Installation } from "./installation.ts";
import { readVersion } from "./readVersion.io.ts";

export interface FindOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Path from a profile or a setting: then only that one. */
  named?: Candidate | null;
  workspaceTrusted: boolean;
  platform?: string;
  home?: string;
}

/**
 * The `vllm` programs of this machine, the likeliest first, each once whatever its names. Looks only; starts nothing, so
 * that `flags` is null in all: `probeInstallation` asks for them, once the program may be started.
 */
export async function findInstallations(options: FindOptions): Promise<Installation[]> {
  const { cwd, env, named = null, workspaceTrusted, platform = process.platform, home = os.homedir() } = options;
  const condaEnvironments = await readFile(path.join(home, ".conda", "environments.txt"), "utf8").catch(() => "");
  const condaFolders = await foldersIn(condaBases.map((base) => path.join(home, base, "envs")));
  const places = { named, env, platform, home, cwd, workspaceTrusted, condaEnvironments, condaFolders };
  const realCwd = await realpath(cwd).catch(() => cwd);
  const found = new Map<string, Installation>();
  for (const candidate of candidatePaths(places)) {
    if (!(await isProgram(candidate.path))) continue;
    const real = await realpath(candidate.path);
    if (found.has(real)) continue;
    // A link elsewhere that leads into the workspace: what is started lies in the workspace. The variable is a person's
    // own word for this very program.
    const how = candidate.how !== "variable" && isInside(real, realCwd) ? "workspace" : candidate.how;
    if (how === "workspace" && !workspaceTrusted) continue;
    found.set(real, { path: candidate.path, version: await readVersion(candidate.path), flags: null, how });
  }
  return [...found.values()];
}

async function foldersIn(folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return names.sort().map((name) => path.join(folder, name));
    }),
  );
  return lists.flat();
}

async function isProgram(file: string): Promise<boolean> {
  return await Promise.all([access(file, constants.X_OK), stat(file)]).then(
    ([, facts]) => facts.isFile(),
    () => false,
  );
}
