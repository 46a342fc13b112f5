/** Looks for a model on this machine as vLLM would: a local path first, then the cache of the Hub. */
import { stat, statfs } from "node:fs/promises";
import path from "node:path";
import { isHubName, isWrittenAsPath } from "../hubName.ts";
import type { ModelFacts } from "../modelFacts.ts";
import { estimateWeightBytes } from "../weightEstimate.ts";
import { askHub, type HubAnswer } from "./askHub.ts";
import { findSnapshot, hasToken, hubCacheFolder, isOffline, type Env } from "./hubCache.ts";
import { readFolder, type FolderFacts } from "./readFolder.ts";

export interface FindModelOptions {
  env: Env;
  homedir: string;
  /** Relative paths start here. */
  cwd: string;
  /** `--revision`; null: main. */
  revision: string | null;
  /** `--download-dir`, which takes the place of the cache for weights. */
  downloadFolder: string | null;
  /** Ask the Hub for what is not here. Never done unless a person wished it. */
  online: boolean;
}

const nothing: FolderFacts = {
  shape: null,
  weights: null,
  complete: null,
  missingBytes: null,
  chatTemplate: null,
  tokenizer: null,
  problem: null,
};

/** Never throws: a model that cannot be found or read is an answer. Writes nothing. */
export async function findModel(name: string, options: FindModelOptions): Promise<ModelFacts> {
  const { env, homedir } = options;
  const cacheFolder = options.downloadFolder ?? hubCacheFolder(env, homedir);
  const surroundings = {
    name,
    tokenPresent: await hasToken(env, homedir),
    offline: isOffline(env),
    cacheFolder,
    freeBytes: await freeBytes(cacheFolder),
    gated: null,
    existsOnHub: null,
  };
  const local = await readLocal(name, options);
  if (local !== null) return { ...surroundings, ...withEstimate(local) };
  if (isWrittenAsPath(name)) return { ...surroundings, ...nothing, place: "missing", folder: null };
  if (!isHubName(name)) return { ...surroundings, ...nothing, place: "unknown", folder: null };
  const cached = await readCached(name, cacheFolder, options);
  const found = { ...surroundings, ...withEstimate(cached) };
  if (!options.online || found.offline || (found.complete === true && found.shape !== null)) return found;
  return withHub(found, await askHub(name, options.revision, env));
}

type Found = FolderFacts & Pick<ModelFacts, "place" | "folder">;

async function readLocal(name: string, { cwd, homedir }: FindModelOptions): Promise<Found | null> {
  const full = path.resolve(cwd, name.replace(/^~(?=\/|$)/, homedir));
  const found = await stat(full).catch(() => null);
  if (found?.isDirectory() === true) return { ...(await readFolder(full)), place: "folder", folder: full };
  if (found?.isFile() !== true || !/\.gguf$/i.test(full)) return null;
  const weights = { bytes: found.size, source: "files" } as const;
  return { ...nothing, weights, complete: true, missingBytes: 0, place: "folder", folder: path.dirname(full) };
}

/** With a download folder, configuration and weights may lie in two caches. */
async function readCached(name: string, weightCache: string, options: FindModelOptions): Promise<Found> {
  const revision = options.revision ?? "main";
  const caches = new Set([weightCache, hubCacheFolder(options.env, options.homedir)]);
  const snapshots = await Promise.all([...caches].map((cache) => findSnapshot(cache, name, revision)));
  const folders = snapshots.filter((folder) => folder !== null);
  const [folder] = folders;
  if (folder === undefined) return { ...nothing, place: "away", folder: null };
  const facts = await Promise.all(folders.map((one) => readFolder(one)));
  const withConfig = facts.find(({ shape }) => shape !== null) ?? facts[0] ?? nothing;
  const withWeights = facts.find(({ weights }) => weights !== null) ?? withConfig;
  return {
    ...withConfig,
    weights: withWeights.weights,
    complete: withWeights.complete ?? false,
    missingBytes: withWeights.missingBytes,
    place: "cache",
    folder,
  };
}

function withEstimate<F extends FolderFacts>(facts: F): F {
  if (facts.weights !== null || facts.shape === null) return facts;
  const bytes = estimateWeightBytes(facts.shape, facts.shape.quantization);
  return bytes === null ? facts : { ...facts, weights: { bytes, source: "shape" } };
}

function withHub(facts: ModelFacts, hub: HubAnswer): ModelFacts {
  if (!hub.answered) return { ...facts, problem: facts.problem ?? hub.why };
  const shape = facts.shape ?? hub.shape;
  const exact = facts.weights !== null && facts.weights.source !== "shape";
  const weights = exact
    ? facts.weights
    : hub.weightBytes === null
      ? facts.weights
      : { bytes: hub.weightBytes, source: "hub" as const };
  return withEstimate({
    ...facts,
    shape,
    weights,
    gated: hub.gated,
    existsOnHub: hub.exists,
    missingBytes: facts.missingBytes ?? (facts.complete === true ? 0 : hub.weightBytes),
    chatTemplate: facts.chatTemplate ?? hub.chatTemplate,
    problem: shape === null ? (hub.why ?? facts.problem) : null,
  });
}

/** Free where the first folder upwards exists: a cache is made only with the first download. */
async function freeBytes(folder: string): Promise<number | null> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await statfs(at).catch(() => null);
    if (found !== null) return found.bavail * found.bsize;
    if (at === path.dirname(at)) return null;
  }
}
