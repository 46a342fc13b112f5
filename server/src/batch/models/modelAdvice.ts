/** What to do about a model name in a batch file. The shape is that of `vllm-batch models --json`. */
export interface ModelAdvice {
  /** As it was asked, untrimmed. */
  name: string;
  /** rewrite: certain. suggest: a person should choose among the candidates. keep: nothing to say. */
  action: "rewrite" | "suggest" | "keep";
  /** The publisher's repository; null for keep. */
  model: string | null;
  candidates: readonly string[];
  /** Whether the repository asks to accept a licence first. null: unknown. */
  gated: boolean | null;
  /** One sentence for a person. */
  why: string;
}

/** Where a name comes from: it decides what a check of a file says about it. */
export type NameOrigin =
  /** The user's own map. */
  | "map"
  /** Ollama's library, an upload there, or a tool's way to name them. */
  | "ollama"
  /** A Hugging Face repository written as an address, mostly of GGUF files. */
  | "address"
  /** A Hugging Face id with stray spaces. */
  | "spaces"
  | "repository"
  /** OpenAI's own API. */
  | "openai"
  /** Another company's API. */
  | "hosted"
  | "unknown";

/** The advice without the name that was asked. */
export interface Answer extends Omit<ModelAdvice, "name"> {
  origin: NameOrigin;
}

export function rewrite(
  origin: NameOrigin,
  model: string,
  gated: boolean | null,
  why: string,
  also: readonly string[] = [],
): Answer {
  return { origin, action: "rewrite", model, candidates: [model, ...also], gated, why };
}

/** Keeps the name when there is no candidate to choose from. */
export function suggest(origin: NameOrigin, candidates: readonly string[], gated: boolean | null, why: string): Answer {
  const [model] = candidates;
  if (model === undefined) return keep(origin, why);
  return { origin, action: "suggest", model, candidates, gated, why };
}

export function keep(origin: NameOrigin, why: string): Answer {
  return { origin, action: "keep", model: null, candidates: [], gated: null, why };
}
