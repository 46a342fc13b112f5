import type { Diagnosis } from "../../protocol/engine.ts";

/**
 * Why an engine that has room for a shorter context only is given up, behind the reason; "": that is not why.
 * @param neededLen the longest request of the work, in tokens; null: not known
 */
export function neededWords({ cause, facts }: Diagnosis, neededLen: number | null): string {
  const room = facts["estimatedMaxLen"];
  const isShort = cause === "kv_cache_too_small_for_max_len" && typeof room === "number";
  if (!isShort || neededLen === null || room >= neededLen) return "";
  return ` The context was not made shorter (there is room for ${room} tokens): the longest request needs about ${neededLen}, prompt and answer together.`;
}
