import type { Manifest } from "../../protocol/records.ts";
import type { IdTable } from "../../util/idTable.ts";
import { exportInputOrder } from "./inputOrder.io.ts";
import { scanResults } from "./scanResults.io.ts";

/**
 * The last look at a run of which nothing is left to ask: reads both files once more and counts, so that `completed`
 * is said only of what is on disk. Writes the counts into the manifest and makes the ordered copy, if wanted. Returns
 * null, or in words why the run is not complete.
 *
 * @param settled room that is not needed any more
 */
export async function finishRun(folder: string, manifest: Manifest, settled: IdTable): Promise<string | null> {
  const found = await scanResults(folder, settled);
  const { counts, options, input } = manifest;
  counts.completed = found.completed;
  counts.failed = found.failed;
  counts.promptTokens = found.promptTokens;
  counts.completionTokens = found.completionTokens;
  const unwanted = found.output.unwanted.size + found.errors.unwanted.size;
  const torn = found.output.tornBytes + found.errors.tornBytes;
  if (found.completed + found.failed !== counts.total || unwanted + torn > 0) {
    return (
      `The files hold ${found.completed} answers and ${found.failed} errors for ${counts.total} requests ` +
      `(${unwanted} lines and ${torn} bytes do not belong there). Resume the run to mend them.`
    );
  }
  if (options.inputOrder) await exportInputOrder(folder, input.path);
  return null;
}
