import type { LadderFacts } from "../../engine/recover/ladderTypes.ts";
import type { CliContext } from "../verb.ts";
import { gpusInReach, memoryBefore } from "./engineGpus.ts";
import type { PreparedEngine } from "./prepareEngine.ts";

/**
 * What the ladder may know of an engine before its first start.
 * @param isRunning it ran before we looked: what it holds of the memory is not what others hold
 */
export function ladderFacts(
  prepared: PreparedEngine,
  isRunning: boolean,
  cli: CliContext,
): Omit<LadderFacts, "neededLen" | "worked"> {
  const { chosen, installation, gpus, modelFacts } = prepared;
  return {
    chosenByUser: chosen,
    knownFlags: installation?.flags ?? null,
    modelLimit: modelFacts?.shape?.maxPositions?.tokens ?? null,
    attentionHeads: modelFacts?.shape?.heads ?? null,
    gpuCount: gpus !== null && gpus.fault === null ? (gpusInReach(prepared)?.length ?? null) : null,
    gpuMemory: isRunning ? null : memoryBefore(prepared, cli),
  };
}
