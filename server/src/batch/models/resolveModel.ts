import { hostedApiOf } from "./hostedApi.ts";
import { keep, rewrite, suggest, type Answer, type ModelAdvice } from "./modelAdvice.ts";
import { bareName, modelIndex } from "./modelIndex.ts";
import { parseModelName } from "./parseModelName.ts";
import { resolveAddress } from "./resolveAddress.ts";
import { guessLibraryName, resolveLibraryName } from "./resolveLibraryName.ts";
import { resolveUpload } from "./resolveUpload.ts";

export type { ModelAdvice } from "./modelAdvice.ts";

/** Longer than any id of Hugging Face (96 characters) with any address around it. */
const LONGEST_NAME = 400;

/** Pure and quick. `userModels` win over everything that we know. */
export function resolveModel(name: string, userModels: Readonly<Record<string, string>> = {}): ModelAdvice {
  const { action, model, candidates, gated, why } = answerFor(name, userModels);
  return { name, action, model, candidates, gated, why };
}

/** The same, with where the name comes from. */
export function answerFor(name: string, userModels: Readonly<Record<string, string>>): Answer {
  const trimmed = name.trim();
  const mapped = [name, trimmed].find((key) => Object.hasOwn(userModels, key));
  if (mapped !== undefined) return answerFromMap(name, userModels[mapped] ?? name);
  if (trimmed === "") return keep("unknown", "The name is empty.");
  if (trimmed.length > LONGEST_NAME) return keep("unknown", "The name is too long for a model's.");
  const answer = answerForTrimmed(trimmed);
  if (answer.action !== "keep" || trimmed === name) return answer;
  const why = "A model name has no spaces around it.";
  return answer.origin === "repository"
    ? rewrite("spaces", trimmed, null, why)
    : suggest(answer.origin, [trimmed], null, why);
}

function answerFromMap(name: string, model: string): Answer {
  if (model === name) return keep("map", "Your own map keeps this name.");
  return rewrite("map", model, null, `Your own map says ${model}.`);
}

function answerForTrimmed(text: string): Answer {
  const { ollamaAccounts } = modelIndex();
  const parsed = parseModelName(text, (account) => ollamaAccounts.has(account.toLowerCase()));
  if (parsed.form === "address") return resolveAddress(parsed.owner, parsed.name, parsed.tag);
  // Names such as command-r are Ollama's and an API's. The open model is what vLLM can run.
  const library = parsed.form === "word" ? resolveLibraryName(parsed.name, parsed.tag) : undefined;
  if (library !== undefined) return library;
  const vendor = hostedApiOf(text);
  if (vendor !== null) return hosted(vendor);
  switch (parsed.form) {
    case "word":
      return answerForWord(parsed.name, parsed.tag);
    case "upload": {
      const isGguf = !parsed.fromOllama && /gguf/i.test(parsed.name);
      return isGguf ? keep("repository", "vLLM loads a GGUF repository so named.") : resolveUpload(parsed);
    }
    case "repository":
      return keep("repository", "This is a Hugging Face id already.");
    case "other":
      return keep("unknown", "This is a path, an address or a placeholder, which we leave alone.");
  }
}

/** Not Ollama's: a served name or a LoRA for all that we know, or a repository's name without its owner. */
function answerForWord(name: string, tag: string | null): Answer {
  const original = tag === null ? modelIndex().originals.get(bareName(name)) : undefined;
  if (original) {
    const why = `On Hugging Face "${name}" is ${original.model}; a name given with --served-model-name or a LoRA can stay.`;
    return suggest("unknown", [original.model], original.gated, why);
  }
  const candidates = guessLibraryName(name, tag);
  const shown = tag === null ? name : `${name}:${tag}`;
  const why = `"${shown}" is no name that we know: one given with --served-model-name, or a LoRA`;
  return candidates.length === 0
    ? keep("unknown", `${why}.`)
    : suggest("unknown", candidates, null, `${why}; or you mean one of these.`);
}

function hosted(vendor: string): Answer {
  return keep(
    vendor === "OpenAI" ? "openai" : "hosted",
    `This is a model of ${vendor}'s own API, not one that vLLM can load.`,
  );
}
