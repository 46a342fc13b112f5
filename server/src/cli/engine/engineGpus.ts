/** Which of the GPUs of this machine are an engine's, as they were read before its start. */
import type { PreflightGpu } from "../../engine/preflight/finding.ts";
import { gpusOf } from "../../engine/preflight/gpusOf.ts";
import { fullestGpu, isCpuBuild, usedGpus } from "../../engine/preflight/usedGpus.ts";
import type { LadderFacts } from "../../engine/recover/ladderTypes.ts";
import { noGpuWatch, startGpuWatch, type GpuWatch } from "../../gpu/io/gpuWatch.io.ts";
import type { Profile } from "../../protocol/engine.ts";
import type { CliContext } from "../verb.ts";
import type { PreparedEngine } from "./prepareEngine.ts";

/** Where no GPU was seen before the start, or the engine works on the CPU, there is none to watch. */
export function watchGpusOf(
  prepared: PreparedEngine,
  onFault: (fault: string | null) => void,
  cli: CliContext,
): GpuWatch {
  return gpusInReach(prepared)?.length === 0 ? noGpuWatch : startGpuWatch({ env: cli.env, onFault });
}

/** None where the engine works on the CPU. null: not known. */
export function gpusInReach({ gpus, profile, installation }: PreparedEngine): readonly PreflightGpu[] | null {
  const isOnCpu = profile.engine === "vllm" && isCpuBuild({ vllmVersion: installation?.version ?? null, profile });
  return isOnCpu ? [] : gpusOf(gpus);
}

/** Of the fullest that it takes; null: not known. */
export function memoryBefore(prepared: PreparedEngine, cli: CliContext): LadderFacts["gpuMemory"] {
  const gpus = gpusInReach(prepared);
  const fullest = fullestGpu(usedGpus({ gpus, profile: prepared.profile, env: cli.env }));
  return fullest === null ? null : { freeGiB: fullest.freeMiB / 1024, totalGiB: fullest.totalMiB / 1024 };
}

/** The UUIDs of those that it takes with these settings; null: that cannot be told. */
export function usedGpusOf(prepared: PreparedEngine, profile: Profile, cli: CliContext): readonly string[] | null {
  const { taken } = usedGpus({ gpus: gpusInReach(prepared), profile, env: cli.env });
  const uuids = taken.map(({ uuid }) => uuid).filter((uuid) => uuid !== null);
  return uuids.length === 0 ? null : uuids;
}
