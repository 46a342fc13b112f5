import { findBuild, isChoice } from "./familyBuilds.ts";
import { keep, rewrite, suggest, type Answer } from "./modelAdvice.ts";
import { bareName, modelIndex, type Build } from "./modelIndex.ts";
import { readTag, type OllamaTag } from "./ollamaTag.ts";

export interface Upload {
  account: string;
  name: string;
  tag: string | null;
  /** Whether the name says that it is Ollama's, by a prefix. */
  fromOllama: boolean;
}

/**
 * Someone's upload on ollama.com. Only embedding models under the publisher's own name are certain: of others the chat
 * template, the parameters or the weights may have been changed.
 */
export function resolveUpload({ account, name, tag, fromOllama }: Upload): Answer {
  const { uploads, originals } = modelIndex();
  const shown = `"${account}/${name}${tag === null ? "" : `:${tag}`}"`;
  const read = readTag(tag);
  const listed = uploads.get(`${account}/${name}:${read.build}`.toLowerCase());
  if (listed !== undefined) {
    return suggest("ollama", listed, null, `${shown} is an upload on ollama.com, probably made from one of these.`);
  }
  const original = originals.get(bareName(name));
  if (original) {
    const why = `${shown} has the form of an upload on ollama.com and carries the name of ${original.model}`;
    if (original.embedding && read.build === "latest") {
      return rewrite("ollama", original.model, original.gated, `${why}.`);
    }
    return suggest("ollama", [original.model], original.gated, `${why}, but it may have been changed.`);
  }
  const basis = basisOf(name, read);
  if (basis !== undefined) {
    const why = `${shown} looks like an upload on ollama.com made from ${basis.model}; what was changed in it we cannot know.`;
    return suggest("ollama", [basis.model], basis.gated, why);
  }
  return keep(fromOllama ? "ollama" : "unknown", `${shown} is no name that we know.`);
}

/** The build that an upload called `qwen2.5-coder-tools:7b` was most likely made from. */
function basisOf(name: string, tag: OllamaTag): Build | undefined {
  const words = name.toLowerCase().split(/[-_]/);
  for (let count = words.length; count > 0; count -= 1) {
    const family = modelIndex().families.get(words.slice(0, count).join("-"));
    if (family === undefined) continue;
    const tags = [tag.build, ...words.slice(count)].filter((word) => word !== "latest" && family.builds.has(word));
    const found = findBuild(family, readTag(tags[0] ?? null));
    return found === undefined || isChoice(found) ? undefined : found;
  }
  return undefined;
}
