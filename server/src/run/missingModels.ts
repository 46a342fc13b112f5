/** Whether a server has the models that the requests name, and under which names. */
import { libraryNameOf, ollamaKey, sameModelNames } from "../batch/models/ollamaNames.ts";
import { serverName, type ServerFacts } from "../engine/attach/serverFacts.ts";
import { listedName } from "../engine/start/modelList.ts";

export type Served = Pick<ServerFacts, "models" | "server">;

/** The name in the server's list that it would take this one for; null when it has none, or when nobody knows. */
export function servedName(model: string, { models, server }: Served): string | null {
  if (models === null) return null;
  if (models.includes(model)) return model;
  const listed = listedName(model);
  if (models.includes(listed)) return listed;
  return server === "ollama" ? (models.find((name) => ollamaKey(name) === ollamaKey(model)) ?? null) : null;
}

/** Empty, too, for a server without a list. */
export function missingModels(wanted: readonly string[], served: Served): string[] {
  return served.models === null ? [] : wanted.filter((model) => servedName(model, served) === null);
}

/**
 * Whether the server answers under any name with what it has: llama.cpp with its one model (seen, b11549), LM Studio with
 * the loaded one (lmstudio-bug-tracker#619).
 */
export function answersAnyName({ server }: Served): boolean {
  return server === "llamacpp" || server === "lmstudio";
}

/** Missing model → the name under which the server has that same model, where there is exactly one such name. */
export function otherNames(missing: readonly string[], { models }: Served): Record<string, string> {
  const pairs = missing.flatMap((model): [string, string][] => {
    const [only, ...more] = sameModelNames(model, models ?? []);
    return only === undefined || more.length > 0 ? [] : [[model, only]];
  });
  return Object.fromEntries(pairs);
}

/** The engine of a sentence about it. */
export interface Asked {
  /** As the sentence calls it: `The engine at http://127.0.0.1:8000`. */
  name: string;
  /** Whether `--map-models` can be given for it: it is for a server that is running. */
  canMap: boolean;
}

/** The sentences for a person whose requests name models that are not served. */
export function missingSentence(missing: readonly string[], served: Served, engine: Asked): string {
  const models = served.models ?? [];
  const has = models.length === 0 ? "no model" : listed(models);
  const lies = answersAnyName(served) && models.length > 0 ? ` ${liesSentence(served)}` : "";
  return `${engine.name} does not serve ${listed(missing)}. It serves ${has}.${lies} ${adviceFor(missing, served, engine.canMap)}`;
}

function liesSentence({ server }: Served): string {
  return `${serverName(server)} would answer all the same, with another model.`;
}

function adviceFor(missing: readonly string[], served: Served, canMap: boolean): string {
  const models = served.models ?? [];
  const same = missing
    .map((model) => ({ model, names: sameModelNames(model, models) }))
    .filter((s) => s.names.length > 0);
  if (same.length > 0) {
    const pairs = same.map(({ model, names }) => `${quoted(model)} is ${names.map(quoted).join(" or ")}`).join(", ");
    if (same.some(({ names }) => names.length > 1)) return `There, ${pairs}. Choose one: --model NAME`;
    return `There, ${pairs}. To have that name sent: ${canMap ? "--map-models" : "--model NAME"}`;
  }
  const way =
    models.length === 1
      ? `To run all requests on it: --model ${models[0] ?? ""}`
      : "Change the names in the file, or give --model NAME for all requests.";
  return `${way}${pullAdvice(missing, served)}`;
}

function pullAdvice(missing: readonly string[], { server }: Served): string {
  if (server !== "ollama") return "";
  const names = missing.map(libraryNameOf).filter((name) => name !== null);
  return names.length === 0 ? "" : ` Or get it first: ollama pull ${names[0] ?? ""}`;
}

const MOST_NAMES = 10;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(quoted).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function quoted(name: string): string {
  return `"${name}"`;
}
