import type { Selection } from "../protocol/records.ts";
import { seededRandom } from "../util/seededRandom.ts";

/** How many requests a run is about, of `valid` ones in the file. */
export function selectedCount(selection: Selection, valid: number): number {
  return Math.min(valid, selection.limit ?? selection.sample ?? valid);
}

/**
 * Says for each valid request, asked in the order of the file, whether it belongs to the run. The same selection of
 * the same file says the same: a resume asks again. A sample has exactly its size (selection sampling: each request is
 * taken with the chance still needed / still to come).
 */
export function selector(selection: Selection, valid: number): () => boolean {
  let wanted = selectedCount(selection, valid);
  if (selection.sample === undefined) return () => wanted-- > 0;
  const random = seededRandom(selection.sampleSeed ?? 0);
  let toCome = valid;
  return () => {
    const taken = random() * toCome < wanted;
    toCome -= 1;
    if (taken) wanted -= 1;
    return taken;
  };
}
