/** What an engine says about itself at the start of a run. */
import { parseModelList } from "../engine/start/modelList.ts";
import { property } from "../util/unknown.ts";

export interface EngineFacts {
  /** Ids of `/v1/models`; null when there is no such list. */
  models: string[] | null;
  version: string | null;
  /** True when the answers are made up, by its own word. */
  simulated: boolean;
  /** Whether it has vLLM's metrics. */
  hasMetrics: boolean;
}

/** The ids in an answer of `/v1/models`; null for any other answer. */
export function parseModels(text: string): string[] | null {
  return parseModelList(text)?.map(({ id }) => id) ?? null;
}

export function parseVersion(text: string): { version: string | null; simulated: boolean } {
  const value = parse(text);
  const version = property(value, "version");
  return {
    version: typeof version === "string" ? version : null,
    simulated: property(value, "simulated") === true || (typeof version === "string" && /simulat/i.test(version)),
  };
}

/**
 * The sentence for a person whose requests name a model that is not served; null when all are.
 * @param served null: unknown, and so no reason to complain
 * @param engine as the sentence calls it: `The engine at http://127.0.0.1:8000`
 */
export function missingModels(
  wanted: readonly string[],
  served: readonly string[] | null,
  engine: string,
): string | null {
  if (served === null) return null;
  const missing = wanted.filter((model) => !served.includes(model));
  if (missing.length === 0) return null;
  const names = (list: readonly string[]) => list.map((name) => `"${name}"`).join(", ");
  const has = served.length === 0 ? "no model" : names(served);
  const way =
    served.length === 1
      ? `To run all requests on it: --model ${served[0] ?? ""}`
      : "Change the names in the file, or give --model NAME for all requests.";
  return `${engine} does not serve ${names(missing)}. It serves ${has}. ${way}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
