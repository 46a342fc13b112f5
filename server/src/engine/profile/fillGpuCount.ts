import type { Profile } from "../../protocol/engine.ts";
import { ALL_GPUS } from "./builtInProfiles.ts";
import { applyChange } from "./changeProfile.ts";

/** Whether this profile waits for the number of GPUs. */
export function wantsGpuCount(profile: Profile): boolean {
  return profile.flags["tensor-parallel-size"] === ALL_GPUS;
}

/**
 * Puts the number of GPUs that the engine will see where the profile says "gpus". One, none or an unknown number (null):
 * the flag is taken away, and vLLM uses one.
 */
export function fillGpuCount(profile: Profile, gpuCount: number | null): Profile {
  if (!wantsGpuCount(profile)) return profile;
  return applyChange(profile, {
    flags: { "tensor-parallel-size": gpuCount === null || gpuCount < 2 ? null : gpuCount },
  });
}
