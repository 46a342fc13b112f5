import { readdir, readFile, realpath, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nearest } from "../../util/nearest.ts";
import { errorCodeOf, messageOf } from "../../util/unknown.ts";
import { builtInProfiles } from "./builtInProfiles.ts";
import { settingsChosenBy, parseProfile } from "./parseProfile.ts";
import type { ProfileProblem } from "./profileProblem.ts";
import type { LoadedProfile, ProfileSource } from "./profileSource.ts";
import { resolvePaths } from "./resolvePaths.ts";

export interface ProfilePlaces {
  /** Where the workspace is: `.vllm-batch/profiles` in it. */
  cwd: string;
  /** The user's own: `profiles` in it. */
  stateFolder: string;
}

export interface ProfileList {
  /** The user's own, the built-in ones, those of the workspace; within each by name. The first of a name is used. */
  profiles: LoadedProfile[];
  problems: ProfileProblem[];
}

const MOST_BYTES = 1024 * 1024;

export function userProfileFolder(stateFolder: string): string {
  return path.join(stateFolder, "profiles");
}

export function workspaceProfileFolder(cwd: string): string {
  return path.join(cwd, ".vllm-batch", "profiles");
}

/** All profiles there are. A wrong file is a problem beside the others. */
export async function listProfiles({ cwd, stateFolder }: ProfilePlaces): Promise<ProfileList> {
  const user = await readFolder(userProfileFolder(stateFolder), "user");
  const workspace = await readFolder(workspaceProfileFolder(cwd), "file");
  const builtIn = builtInProfiles.map((profile): LoadedProfile => {
    return { profile, source: { kind: "builtIn" }, chosen: new Set() };
  });
  // A workspace comes last: a cloned repository must not put its own in the place of `desktop`.
  return {
    profiles: [...user.profiles, ...builtIn, ...workspace.profiles],
    problems: [...user.problems, ...workspace.problems],
  };
}

/** A profile by name, or by the path of its file (what has a slash or ends with .json). Never throws. */
export async function loadProfile(
  nameOrPath: string,
  places: ProfilePlaces,
): Promise<LoadedProfile | ProfileProblem[]> {
  if (/[/\\]|\.json$/i.test(nameOrPath)) return await loadFile(path.resolve(places.cwd, nameOrPath), places);
  const { profiles, problems } = await listProfiles(places);
  const found = profiles.find(({ profile }) => profile.name === nameOrPath);
  if (found !== undefined) return found;
  // The file that should hold it may be the one that is wrong.
  const itsFile = problems.filter(({ source }) => path.basename(source, ".json") === nameOrPath);
  if (itsFile.length > 0) return itsFile;
  const names = [...new Set(profiles.map(({ profile }) => profile.name))];
  const near = nearest(nameOrPath, names);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const message = `there is no profile of this name.${hint} There are: ${names.join(", ")}.`;
  return [{ source: `Profile "${nameOrPath}"`, field: "", message }, ...problems];
}

async function loadFile(file: string, { stateFolder }: ProfilePlaces): Promise<LoadedProfile | ProfileProblem[]> {
  // By real paths: a link in a repository to somewhere else, or from the user's folder, changes nothing.
  const [real, own] = await Promise.all([realOr(file), realOr(userProfileFolder(stateFolder))]);
  return await readProfile(file, path.dirname(real) === own ? "user" : "file");
}

async function realOr(file: string): Promise<string> {
  return await realpath(file).catch(() => file);
}

async function readFolder(folder: string, kind: "user" | "file"): Promise<ProfileList> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT" || errorCodeOf(error) === "ENOTDIR") return [];
    return error;
  });
  if (!Array.isArray(names)) return { profiles: [], problems: [unreadable(folder, names)] };
  const list: ProfileList = { profiles: [], problems: [] };
  for (const name of names.filter((entry: string) => entry.endsWith(".json")).sort()) {
    const profile = await readProfile(path.join(folder, name as string), kind);
    if (Array.isArray(profile)) list.problems.push(...profile);
    else list.profiles.push(profile);
  }
  list.profiles.sort((a, b) => (a.profile.name < b.profile.name ? -1 : 1));
  return list;
}

async function readProfile(file: string, kind: "user" | "file"): Promise<LoadedProfile | ProfileProblem[]> {
  const read = await readJson(file);
  if ("problem" in read) return [read.problem];
  const parsed = parseProfile(read.value, file, path.basename(file, ".json"));
  if (Array.isArray(parsed)) return parsed;
  const source: ProfileSource = { kind, path: file };
  const profile = resolvePaths(parsed, path.dirname(file), os.homedir());
  return { profile, source, chosen: settingsChosenBy(read.value) };
}

async function readJson(file: string): Promise<{ value: unknown } | { problem: ProfileProblem }> {
  try {
    const facts = await stat(file);
    // Reading a pipe would wait for ever.
    if (!facts.isFile()) return { problem: { source: file, field: "", message: "it is not a file." } };
    const { size } = facts;
    if (size > MOST_BYTES) {
      return { problem: { source: file, field: "", message: `expected at most 1 MiB, found ${size} bytes.` } };
    }
    return { value: parseJson(await readFile(file, "utf8")) };
  } catch (error) {
    return { problem: unreadable(file, error) };
  }
}

function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ""));
}

function unreadable(file: string, error: unknown): ProfileProblem {
  const code = errorCodeOf(error);
  const message =
    code === "ENOENT"
      ? "there is no such file."
      : error instanceof SyntaxError
        ? `it is not JSON: ${error.message}.`
        : `it cannot be read: ${messageOf(error)}.`;
  return { source: file, field: "", message };
}
