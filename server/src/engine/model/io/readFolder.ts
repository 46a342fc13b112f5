/** What a folder with a model's files says. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { property } from "../../../util/unknown.ts";
import type { ModelFacts } from "../modelFacts.ts";
import { readModelShape } from "../modelShape.ts";
import { findWeights, readWeightIndex, type FileSize, type WeightIndex } from "../weightFiles.ts";
import { readJson } from "./readJson.ts";

export type FolderFacts = Pick<
  ModelFacts,
  "shape" | "weights" | "complete" | "missingBytes" | "chatTemplate" | "tokenizer" | "problem"
>;

/** A folder of a model has a few dozen files; more than this are not looked at. */
const MAX_FILES = 2000;

/** Mistral's own format: a configuration and a tokenizer with the template inside. */
const MISTRAL_CONFIG = "params.json";
const tokenizerFiles = ["tokenizer.json", "tokenizer.model", "tekken.json", "vocab.json", "tokenizer_config.json"];

/** Never throws: what cannot be read is null, and `problem` says why. */
export async function readFolder(folder: string): Promise<FolderFacts> {
  const files = await listFiles(folder);
  const names = new Set(files.map(({ name }) => name));
  const [config, index] = await Promise.all([
    readJson(path.join(folder, "config.json")),
    readJson(path.join(folder, "model.safetensors.index.json")),
  ]);
  const shape = config.found ? readModelShape(config.value) : null;
  return {
    shape,
    ...weightsOf(files, index.found ? readWeightIndex(index.value) : null),
    chatTemplate: names.has(MISTRAL_CONFIG) ? null : await hasChatTemplate(folder, names),
    tokenizer: names.size === 0 ? null : tokenizerFiles.some((name) => names.has(name)),
    problem: problemOf(
      config,
      shape !== null,
      names.has(MISTRAL_CONFIG) || files.some(({ name }) => name.endsWith(".gguf")),
    ),
  };
}

function problemOf(
  config: Awaited<ReturnType<typeof readJson>>,
  isModel: boolean,
  otherFormat: boolean,
): string | null {
  if (config.found) return isModel ? null : "config.json is there, but describes no model";
  if (config.reason === "unreadable") return config.why;
  return otherFormat ? "there is no config.json: sizes can only be told by vLLM itself" : "there is no config.json";
}

async function listFiles(folder: string): Promise<FileSize[]> {
  const names = await readdir(folder).catch(() => []);
  return await Promise.all(
    names.slice(0, MAX_FILES).map(async (name) => ({
      name,
      bytes: await stat(path.join(folder, name)).then(
        (found) => (found.isFile() ? found.size : null),
        () => null,
      ),
    })),
  );
}

function weightsOf(
  files: readonly FileSize[],
  index: WeightIndex | null,
): Pick<FolderFacts, "weights" | "complete" | "missingBytes"> {
  const found = findWeights(files);
  const sizes = new Map(files.map(({ name, bytes }) => [name, bytes]));
  if (index !== null && index.files.size > 0) {
    const here = [...index.files].map((name) => sizes.get(name) ?? null);
    const complete = here.every((bytes) => bytes !== null);
    const hereBytes = here.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    const total = index.totalBytes ?? (complete ? hereBytes : null);
    return {
      weights: total === null ? null : { bytes: total, source: "index" },
      complete,
      missingBytes: complete ? 0 : total === null ? null : Math.max(0, total - hereBytes),
    };
  }
  const complete = found.complete;
  return {
    weights: complete === true ? { bytes: found.bytes, source: "files" } : null,
    complete,
    missingBytes: complete === true ? 0 : null,
  };
}

async function hasChatTemplate(folder: string, names: ReadonlySet<string>): Promise<boolean | null> {
  if (names.has("chat_template.jinja") || names.has("chat_template.json")) return true;
  const config = await readJson(path.join(folder, "tokenizer_config.json"));
  if (!config.found) return null;
  return property(config.value, "chat_template") !== undefined;
}
