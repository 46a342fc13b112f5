/** Engines that nobody works with and that still run (`vllm-batch engine status --json`). Pure. */
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";

export interface KeptEngine {
  id: string;
  model: string;
  profile: string;
}

export function parseKeptEngines(json: string): KeptEngine[] {
  const value = parseJson(json);
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const [id, model, profile] = [property(entry, "id"), property(entry, "model"), property(entry, "profile")];
    if (typeof id !== "string" || typeof model !== "string" || typeof profile !== "string") return [];
    return property(entry, "owner") === null ? [{ id, model, profile }] : [];
  });
}
