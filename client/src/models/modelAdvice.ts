/** The answer of `vllm-batch models NAME --json`. Pure. */
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";

/** The names that a name may stand for, the likeliest first. */
export function parseCandidates(json: string): string[] {
  const value = parseJson(json);
  const advice: unknown = Array.isArray(value) ? value[0] : undefined;
  const candidates = property(advice, "candidates");
  return Array.isArray(candidates) ? candidates.filter((one) => typeof one === "string") : [];
}
