/** Free GPU memory against the asked share. */
import { defaultShare } from "../model/fit.ts";
import { gib } from "../model/fitSentence.ts";
import { readFitSettings } from "../model/fitSettings.ts";
import { finding, type PreflightFinding, type PreflightInput } from "./finding.ts";
import { fullestGpu, nameOf, usedGpus } from "./usedGpus.ts";

export const SHARE_FLAG = "gpu-memory-utilization";

/** Between our look and vLLM's own its CUDA context takes some, and desktops breathe. */
const SAFETY = 0.02;

/** A share below this holds no model: there is no use in trying. */
const SMALLEST_SHARE = 0.1;

export function judgeMemory(input: PreflightInput): PreflightFinding[] {
  const fullest = fullestGpu(usedGpus(input));
  if (fullest === null) return [];
  const { gpu, freeMiB, totalMiB } = fullest;
  const asked = readFitSettings(input.profile).gpuMemoryUtilization ?? defaultShare(input.vllmVersion);
  const fitting = shareThatFits(freeMiB, totalMiB);
  if (fitting >= asked) return [];
  const who = `${gib(freeMiB / 1024)} of ${gib(totalMiB / 1024)} are free on ${nameOf(gpu)}`;
  if (fitting < SMALLEST_SHARE) {
    const text = `Only ${who}: too little for any model. End what uses it (nvidia-smi shows what), then start again.`;
    return [finding("gpu.occupied", "stop", text)];
  }
  const wanted = `the asked share of ${asked} needs ${gib((asked * totalMiB) / 1024)}`;
  const change = { flags: { [SHARE_FLAG]: fitting } };
  if (!input.chosenByUser.has(SHARE_FLAG)) {
    return [finding("gpu.memory", "warn", `${who}; ${wanted}. Lowered to ${fitting}.`, change)];
  }
  const enough = freeMiB / totalMiB >= asked;
  const text = `${who}; ${wanted}. ${enough ? "That is so close that vLLM may refuse" : "vLLM would refuse"}: set --${SHARE_FLAG} ${fitting}, or end what uses the GPU.`;
  return [finding("gpu.memory", enough ? "warn" : "stop", text, change)];
}

/** The largest share, in hundredths, that leaves what is in use alone; 0 when there is none. */
export function shareThatFits(freeMiB: number, totalMiB: number): number {
  const hundredths = Math.floor((freeMiB / totalMiB - SAFETY) * 100 + 1e-9);
  return Math.max(0, hundredths) / 100;
}
