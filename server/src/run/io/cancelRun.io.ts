import path from "node:path";
import type { RunSummary } from "../../protocol/records.ts";
import { moveTo, summaryOf } from "../manifest.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import { askToCancel } from "./controlFile.io.ts";
import { takeLock } from "./lock.io.ts";
import { readManifest, writeManifest } from "./manifest.io.ts";
import { repairResults, scanResults } from "./scanResults.io.ts";

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 60_000;

/**
 * Cancels a run: asks the process that works on it to stop, or marks a run that nobody works on. What was answered is
 * kept. Throws RunProblem when the process does not react, or when the run is over.
 */
export async function cancelRun(folder: string, world: Pick<RunWorld, "clock">): Promise<RunSummary> {
  const target = path.resolve(folder);
  const { status } = await readManifest(target);
  if (status === "completed") throw new RunProblem("input", "This run is complete: there is nothing to cancel.");
  const deadline = world.clock.now() + PATIENCE_MS;
  for (let asked = false; ;) {
    const lock = takeLock(target);
    if (lock !== null) {
      try {
        return await markCancelled(target, world);
      } finally {
        lock.release();
      }
    }
    if (!asked) await askToCancel(target);
    asked = true;
    if (world.clock.now() > deadline) {
      const { pid, host } = (await readManifest(target)).owner;
      throw new RunProblem("engine", `The process that works on this run (${pid} on ${host}) does not react.`);
    }
    await new Promise((resolve) => void world.clock.after(LOOK_EVERY_MS, () => resolve(undefined)));
  }
}

async function markCancelled(folder: string, world: Pick<RunWorld, "clock">): Promise<RunSummary> {
  const manifest = await readManifest(folder);
  if (manifest.status !== "cancelled" && manifest.status !== "completed") {
    const saved = await scanResults(folder);
    await repairResults(folder, saved);
    const { completed, failed, promptTokens, completionTokens } = saved;
    Object.assign(manifest.counts, { completed, failed, promptTokens, completionTokens });
    moveTo(manifest, "cancelled", "Cancelled on request. What was answered is kept.", world.clock.date());
    await writeManifest(folder, manifest);
  }
  return summaryOf(manifest, folder);
}
