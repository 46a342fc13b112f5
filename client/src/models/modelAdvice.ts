/** The answer of `vllm-batch models NAME --json`. Pure. */
import { property } from "../../../server/src/util/unknown.ts";

/** The names that a name may stand for, the likeliest first. */
export function parseCandidates(json: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [];
  }
  const advice: unknown = Array.isArray(value) ? value[0] : undefined;
  const candidates = property(advice, "candidates");
  return Array.isArray(candidates) ? candidates.filter((one) => typeof one === "string") : [];
}
