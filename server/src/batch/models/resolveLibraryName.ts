import { nearest } from "../../util/nearest.ts";
import { explainBuild } from "./explainBuild.ts";
import { findBuild, isChoice, nearestBuilds, rivalsOf } from "./familyBuilds.ts";
import { rewrite, suggest, type Answer } from "./modelAdvice.ts";
import { modelIndex, type Family } from "./modelIndex.ts";
import { readTag } from "./ollamaTag.ts";

/** A name of Ollama's library. undefined when the library has no such name. */
export function resolveLibraryName(name: string, tag: string | null): Answer | undefined {
  const family = modelIndex().families.get(name.toLowerCase());
  return family === undefined ? undefined : resolveInFamily(family, tag, tag === null ? name : `${name}:${tag}`);
}

function resolveInFamily(family: Family, tag: string | null, shown: string): Answer {
  const read = readTag(tag);
  const found = findBuild(family, read);
  if (found === undefined) {
    const builds = nearestBuilds(family, read);
    const models = builds.map((build) => build.model);
    const why = `Ollama's library has no "${shown}" that we know; choose the model that you mean.`;
    return suggest("ollama", models, builds[0]?.gated ?? null, why);
  }
  if (isChoice(found)) {
    const why = family.note ?? "more than one repository fits";
    return suggest("ollama", found, null, `What Ollama's "${shown}" is cannot be said for certain: ${why}.`);
  }
  const rivals = rivalsOf(family, read);
  if (rivals.length > 0) {
    const why = `Ollama's library has no "${shown}" that we know; its quantised tags of this size name the variant too.`;
    return suggest("ollama", [found.model, ...rivals], found.gated, why);
  }
  return rewrite("ollama", found.model, found.gated, explainBuild(shown, found, read), found.also);
}

/** The candidates for a name that is nearly one of the library's: `llama-3.1:8b`, `qwen2.5-7b`, `mistal:7b`. */
export function guessLibraryName(name: string, tag: string | null): readonly string[] {
  const family = familyLike(name);
  if (family !== undefined) return resolveInFamily(family, tag, name).candidates;
  if (tag === null) return guessDashedName(name);
  const near = nearest(name, modelIndex().families.keys());
  return near === undefined ? [] : (resolveLibraryName(near, tag)?.candidates ?? []);
}

/** A dash where Ollama has the colon. Only tags that the library has: `llama3-support-lora` is nobody's tag. */
function guessDashedName(name: string): readonly string[] {
  for (const dash of name.matchAll(/-/g)) {
    const family = familyLike(name.slice(0, dash.index));
    const found = family && findBuild(family, readTag(name.slice(dash.index + 1)));
    if (found !== undefined) return isChoice(found) ? found : [found.model];
  }
  return [];
}

/** The family whose name has the same letters and digits. */
function familyLike(name: string): Family | undefined {
  const squashed = squash(name);
  return [...modelIndex().families.values()].find((family) => squash(family.name) === squashed);
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
