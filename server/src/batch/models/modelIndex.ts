import { expandBraces, expandTogether } from "./expandBraces.ts";
import { modelNames, type FamilyEntry, type ModelNames, type RepositoryEntry } from "./modelNames.ts";

/** What Ollama calls by one or more tags: a repository, and what a person should know about it. */
export interface Build {
  model: string;
  also: readonly string[];
  gated: boolean | null;
  pulledBits: number;
  stored: string | undefined;
  note: string | undefined;
}

export interface Family {
  name: string;
  note: string | undefined;
  /** By build, as `readTag` gives it. A key with `-*` holds only when the tag names a quantisation. */
  builds: ReadonlyMap<string, Build>;
  /** Tags for which a person has to choose. Keys as in `builds`. */
  unclear: ReadonlyMap<string, readonly string[]>;
}

/** A repository of an original publisher. */
export interface Original {
  model: string;
  gated: boolean | null;
  /** How its publisher stores the weights, when that is known not to be in 16 bits. */
  stored: string | undefined;
  /** An embedding or reranking model: no chat template that a re-upload could have changed. */
  embedding: boolean;
}

export interface ModelIndex {
  /** By name in lower case. */
  families: ReadonlyMap<string, Family>;
  /** By `bareName`; null when two publishers have one of that name. */
  originals: ReadonlyMap<string, Original | null>;
  /** Lower case, former names too → the name of today. */
  publishers: ReadonlyMap<string, string>;
  /** Who turns other people's models into GGUF. Lower case. */
  converters: ReadonlySet<string>;
  /** Accounts of ollama.com that are nobody's on Hugging Face. Lower case. */
  ollamaAccounts: ReadonlySet<string>;
  /** Of uploads on ollama.com: `account/name:tag` in lower case → what they were made from. */
  uploads: ReadonlyMap<string, readonly string[]>;
}

let index: ModelIndex | undefined;

/** The index over schemas/model-names.json, made at the first call. */
export function modelIndex(): ModelIndex {
  return (index ??= buildIndex(modelNames));
}

/** A repository's name without owner, as converters vary it: case, and the ends that only say how it is stored. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/-(?:hf|bf16)$/, "");
}

/** Throws on a mistake in the data: a test builds it. */
export function buildIndex(names: ModelNames): ModelIndex {
  const originals = new Map<string, Original | null>();
  const publishers = new Map<string, string>();
  const families = new Map<string, Family>();
  const add = (original: Original, name = nameOf(original.model)): void => {
    publishers.set(ownerOf(original.model).toLowerCase(), ownerOf(original.model));
    const known = originals.get(bareName(name));
    if (known === undefined) originals.set(bareName(name), original);
    else if (known?.model !== original.model) originals.set(bareName(name), null);
  };
  for (const entry of names.families) families.set(entry.name, buildFamily(entry, add));
  for (const publisher of names.publishers) {
    const { gated } = publisher;
    if (publisher.formerly !== undefined) publishers.set(publisher.formerly.toLowerCase(), publisher.name);
    for (const name of publisher.models.flatMap(expandBraces)) {
      const model = `${publisher.name}/${name}`;
      add({ model, gated, stored: undefined, embedding: publisher.kind === "embedding" });
    }
  }
  const uploads = new Map<string, readonly string[]>();
  for (const upload of names.uploads) {
    for (const [tag, candidates] of expandChoices(upload)) uploads.set(`${upload.name}:${tag}`, candidates);
  }
  const converters = new Set(names.converters.map((name) => name.toLowerCase()));
  return { families, originals, publishers, converters, ollamaAccounts: new Set(names.ollamaAccounts), uploads };
}

function buildFamily(entry: FamilyEntry, add: (original: Original, name?: string) => void): Family {
  const builds = new Map<string, Build>();
  const unclear = new Map((entry.unclear ?? []).flatMap(expandChoices));
  for (const [template, value = ""] of Object.entries(entry.repositories)) {
    const repository: RepositoryEntry = typeof value === "string" ? { tags: value } : value;
    const gated = first(repository.gated, entry.gated, false);
    const stored = repository.stored ?? entry.stored;
    const { also = [], formerly } = repository;
    for (const [model = "", tags = "", former = "", ...others] of expandTogether([
      template,
      repository.tags,
      formerly ?? "",
      ...also,
    ])) {
      const original: Original = { model, gated, stored, embedding: entry.kind === "embedding" };
      add(original);
      if (former !== "") add(original, nameOf(former));
      const build: Build = {
        model,
        also: others,
        gated,
        pulledBits: repository.pulled ?? entry.pulled ?? 4,
        stored,
        note: repository.note ?? entry.note,
      };
      for (const tag of tags.split(" ")) setOnce(builds, tag, build, entry.name);
    }
  }
  const aliases = Object.entries({ ...entry.aliases, latest: entry.latest });
  for (const [alias, tag = alias] of aliases) {
    const build = builds.get(tag) ?? builds.get(entry.aliases?.[tag] ?? tag);
    if (build === undefined && alias !== "latest") throw new Error(`${entry.name}: no tag ${tag} for ${alias}`);
    if (build !== undefined && alias !== tag) setOnce(builds, alias, build, entry.name);
  }
  return { name: entry.name, note: entry.note, builds, unclear };
}

function expandChoices(choice: { tags: string; candidates: readonly string[] }): [string, readonly string[]][] {
  return expandTogether([choice.tags, ...choice.candidates]).flatMap(([tags = "", ...candidates]) =>
    tags.split(" ").map((tag): [string, readonly string[]] => [tag, candidates]),
  );
}

function setOnce(builds: Map<string, Build>, tag: string, build: Build, family: string): void {
  if (builds.has(tag)) throw new Error(`${family}: the tag ${tag} is given twice`);
  builds.set(tag, build);
}

/** The first that was given: null is an answer here. */
function first<T>(...values: (T | undefined)[]): T {
  const value = values.find((candidate) => candidate !== undefined);
  if (value === undefined) throw new Error("None of the values was given");
  return value;
}

function ownerOf(model: string): string {
  return model.slice(0, model.indexOf("/"));
}

/** What is known of a repository by its id; null for one that is not in the list. */
export function originalOf(id: string): Original | null {
  const found = modelIndex().originals.get(bareName(nameOf(id)));
  return found?.model === id ? found : null;
}

export function nameOf(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}
