import type { FileState } from "../protocol/language.ts";

/** Most models named in the state of a file. */
const MAX_MODELS = 100;

/** The models of a file as its state names them: the most frequent first. */
export function modelCounts(models: Readonly<Record<string, number>>): FileState["models"] {
  return Object.entries(models)
    .map(([name, requests]) => ({ name, requests }))
    .sort((a, b) => b.requests - a.requests)
    .slice(0, MAX_MODELS);
}
