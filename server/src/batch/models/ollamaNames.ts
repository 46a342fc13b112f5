/** Names in the other direction: what a server that is running calls a model, Ollama above all. */
import { modelIndex } from "./modelIndex.ts";
import type { ModelAdvice, NameOrigin } from "./modelAdvice.ts";
import { answerFor, resolveModel } from "./resolveModel.ts";

/** The same name as Ollama reads it: case does not matter, and its library and the tag `latest` go without saying. */
export function ollamaKey(name: string): string {
  const path = name.toLowerCase().replace(/^(?:registry\.ollama\.ai\/)?(?:library\/)?/, "");
  return /:[^/]*$/.test(path) ? path : `${path}:latest`;
}

/**
 * Of the names that a server has, those of the same model: the ones that our table takes to the same repository for
 * certain. Of an upload nobody knows what was changed in it: it is the same as nothing.
 */
export function sameModelNames(model: string, served: readonly string[]): string[] {
  const repository = repositoryOf(model);
  return served.filter((name) => repositoryOf(name) === repository);
}

function repositoryOf(name: string): string {
  const { action, model } = resolveModel(name);
  return action === "rewrite" && model !== null ? model : name;
}

/** What to pull: the shortest name of Ollama's library for a repository. null: the library has it not, as far as known. */
export function libraryNameOf(model: string): string | null {
  const names: string[] = [];
  for (const family of modelIndex().families.values()) {
    for (const [tag, build] of family.builds) {
      if (build.model === model) names.push(`${family.name}:${tag}`);
    }
  }
  // What does not lead back is no name to pull, such as the table's `7b-*`. "latest" may be another model tomorrow.
  const rank = (name: string): number => name.length + (name.endsWith(":latest") ? 1000 : 0);
  return (
    sameModelNames(model, names).sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1))[0] ?? null
  );
}

/** The advice of `resolveModel` in the other direction: what to pull for a repository. */
export function adviseForOllama(name: string): ModelAdvice {
  const model = name.trim();
  const { origin } = answerFor(model, {});
  const pull = origin === "repository" ? libraryNameOf(model) : null;
  if (pull !== null) {
    return { name, action: "rewrite", model: pull, candidates: [pull], gated: false, why: resolveModel(pull).why };
  }
  return { name, action: "keep", model: null, candidates: [], gated: null, why: whyKept(origin) };
}

function whyKept(origin: NameOrigin): string {
  if (origin === "ollama") return "This is a name of Ollama's already.";
  if (origin === "address") return "Ollama takes such an address as it stands.";
  return "Ollama's library has no model of this name that we know.";
}
