/** The cache of the Hugging Face Hub on this machine: where it is, and what it has of a repository. */
import { access, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { isRevision } from "../hubName.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** The folder of the cache, by the same variables and in the same order as huggingface_hub. */
export function hubCacheFolder(env: Env, homedir: string): string {
  return set(env["HF_HUB_CACHE"]) ?? set(env["HUGGINGFACE_HUB_CACHE"]) ?? path.join(hubHome(env, homedir), "hub");
}

function hubHome(env: Env, homedir: string): string {
  return set(env["HF_HOME"]) ?? path.join(set(env["XDG_CACHE_HOME"]) ?? path.join(homedir, ".cache"), "huggingface");
}

export function isOffline(env: Env): boolean {
  const said = (env["HF_HUB_OFFLINE"] ?? env["TRANSFORMERS_OFFLINE"] ?? "").toUpperCase();
  return ["1", "ON", "YES", "TRUE"].includes(said);
}

/** Whether a token is set up, by variable or by `hf auth login`. The token itself is not read. */
export async function hasToken(env: Env, homedir: string): Promise<boolean> {
  if (set(env["HF_TOKEN"]) !== undefined || set(env["HUGGING_FACE_HUB_TOKEN"]) !== undefined) return true;
  const file = set(env["HF_TOKEN_PATH"]) ?? path.join(hubHome(env, homedir), "token");
  return await stat(file).then(
    (found) => found.isFile() && found.size > 0,
    () => false,
  );
}

/** The folder of a repository's files at a revision; null when the cache does not have it. */
export async function findSnapshot(cacheFolder: string, name: string, revision = "main"): Promise<string | null> {
  if (!isRevision(revision)) return null;
  const repository = path.join(cacheFolder, `models--${name.replaceAll("/", "--")}`);
  const commit = await readFile(path.join(repository, "refs", revision), "utf8").then(
    (text) => text.trim(),
    () => revision,
  );
  if (!isRevision(commit)) return null;
  const folder = path.join(repository, "snapshots", commit);
  return await access(folder).then(
    () => folder,
    () => null,
  );
}

function set(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
