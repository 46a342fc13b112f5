import { readSize } from "../model/fitSettings.ts";
import type { PreflightGpu, PreflightInput } from "./finding.ts";

export interface UsedGpus {
  /** GPUs that the engine can see; null: not known. */
  visible: readonly PreflightGpu[] | null;
  /** How many it takes: tensor parallel × pipeline parallel × data parallel. */
  needed: number;
  /** Those that it takes; empty when that cannot be told (they differ, and there are more than it takes). */
  taken: readonly PreflightGpu[];
}

/** Builds without CUDA have no GPU to look at. */
export function isCpuBuild({ vllmVersion, profile }: Pick<PreflightInput, "vllmVersion" | "profile">): boolean {
  return (
    vllmVersion?.includes("+cpu") === true ||
    profile.env["VLLM_CPU_KVCACHE_SPACE"] !== undefined ||
    profile.env["VLLM_TARGET_DEVICE"] === "cpu"
  );
}

/** Spread over machines: what this one has does not bound it. */
export function isMultiNode({ flags }: PreflightInput["profile"]): boolean {
  return (readSize(flags["nnodes"]) ?? 1) > 1 || flags["distributed-executor-backend"] === "ray";
}

export function usedGpus(input: Pick<PreflightInput, "gpus" | "profile" | "env">): UsedGpus {
  const { flags } = input.profile;
  const needed = ["tensor-parallel-size", "pipeline-parallel-size", "data-parallel-size"].reduce(
    (product, flag) => product * (readSize(flags[flag]) ?? 1),
    1,
  );
  const visible = visibleGpus(input);
  if (visible === null) return { visible, needed, taken: [] };
  // CUDA numbers the fastest first, nvidia-smi by slot: among different GPUs one cannot tell which are taken.
  const alike = new Set(visible.map(({ name }) => name)).size <= 1;
  return { visible, needed, taken: alike || visible.length <= needed ? visible.slice(0, needed) : [] };
}

function visibleGpus({
  gpus,
  profile,
  env,
}: Pick<PreflightInput, "gpus" | "profile" | "env">): readonly PreflightGpu[] | null {
  const said = profile.env["CUDA_VISIBLE_DEVICES"] ?? env["CUDA_VISIBLE_DEVICES"];
  if (gpus === null || said === undefined || said === "") return gpus;
  const wanted = said.split(",").map((name) => name.trim());
  const found = wanted.map((name) => gpus.find(({ index, uuid }) => String(index) === name || isUuid(uuid, name)));
  // A name that is not among them (a slice of a GPU, a number of another tool): nothing is known then.
  return found.every((gpu) => gpu !== undefined) ? found : null;
}

/** CUDA takes a beginning of the UUID too. */
function isUuid(uuid: string | null, name: string): boolean {
  return uuid !== null && name.length >= 8 && uuid.startsWith(name);
}

/** 8.6 for "8.6"; null when it is not said. */
export function capabilityOf({ computeCapability }: PreflightGpu): number | null {
  const value = Number(computeCapability ?? NaN);
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** The least capable of the taken GPUs; of those that can be seen when the taken ones are not known: the most capable. */
export function decidingGpu({ visible, taken }: UsedGpus): { gpu: PreflightGpu; capability: number } | null {
  const among = taken.length > 0 ? taken : (visible ?? []);
  const known = among.flatMap((gpu) => {
    const capability = capabilityOf(gpu);
    return capability === null ? [] : [{ gpu, capability }];
  });
  const ordered = known.sort((a, b) => a.capability - b.capability);
  return (taken.length > 0 ? ordered.at(0) : ordered.at(-1)) ?? null;
}

export interface MemoryOfGpu {
  gpu: PreflightGpu;
  freeMiB: number;
  totalMiB: number;
}

/** Of the GPUs that are taken, the one with the least room; when these are not known, the one with the most. */
export function fullestGpu({ visible, taken }: UsedGpus): MemoryOfGpu | null {
  const known = (taken.length > 0 ? taken : (visible ?? [])).flatMap((gpu) =>
    gpu.freeMiB === null || gpu.totalMiB === null || gpu.totalMiB <= 0
      ? []
      : [{ gpu, freeMiB: gpu.freeMiB, totalMiB: gpu.totalMiB }],
  );
  const ordered = known.sort((a, b) => a.freeMiB / a.totalMiB - b.freeMiB / b.totalMiB);
  return (taken.length > 0 ? ordered.at(0) : ordered.at(-1)) ?? null;
}

/** `the NVIDIA L4`, or `GPU 0` where the tool gives no name. */
export function nameOf(gpu: PreflightGpu): string {
  return gpu.name === null ? `GPU ${gpu.index}` : `the ${gpu.name}`;
}
