/** Is the GPU new enough for vLLM's builds, and for the type the numbers are stored in? */
import { atLeast } from "../model/atLeast.ts";
import { finding, severityOf, type PreflightFinding, type PreflightInput } from "./finding.ts";
import { decidingGpu, nameOf, usedGpus } from "./usedGpus.ts";

/** vLLM's wheels are built for these and later ones; Volta only by builds for CUDA 12 and earlier (vLLM 0.20). */
const OLDEST = 7.5;
const OLDEST_WITH_CUDA_12 = 7;
const OLDEST_WITH_BFLOAT16 = 8;

/** vLLM refuses float16 for these: the numbers overflow (vLLM 0.32, config/model.py). */
const needsWideRange = new Set(["gemma2", "gemma3", "gemma3_text", "glm4"]);

export function judgeCapability(input: PreflightInput): PreflightFinding[] {
  const { visible } = usedGpus(input);
  if (visible?.length === 0) {
    const text =
      "No NVIDIA GPU was seen. vLLM's usual build needs one: on a CPU take the CPU build and the profile for it, or run against a server elsewhere with --endpoint.";
    return [finding("gpu.none", "warn", text)];
  }
  const deciding = decidingGpu(usedGpus(input));
  if (deciding === null) return [];
  const { gpu, capability } = deciding;
  const name = nameOf(gpu);
  const who = `${name.charAt(0).toUpperCase()}${name.slice(1)} (compute capability ${capability.toFixed(1)})`;
  if (capability < OLDEST_WITH_CUDA_12) return [tooOld(input, who)];
  if (capability < OLDEST) return [...volta(input, who), ...judgeDtype(input, capability, who)];
  return judgeDtype(input, capability, who);
}

function tooOld({ ollamaName, file }: PreflightInput, who: string): PreflightFinding {
  const name = ollamaName ?? "NAME";
  const map = ollamaName === null ? " (NAME: what Ollama calls the model, see https://ollama.com/library)" : "";
  const text = [
    `${who} is too old for vLLM: its builds need at least 7.5 and do not run there.`,
    `Ollama does, with the same file${map}:`,
    `  ollama pull ${name}`,
    `  vllm-batch run ${file ?? "FILE"} --endpoint http://127.0.0.1:11434 --model ${name}`,
  ].join("\n");
  return finding("gpu.tooOld", "stop", text);
}

function volta({ vllmVersion }: PreflightInput, who: string): PreflightFinding[] {
  const text = `${who} is served only by builds of vLLM for CUDA 12 and earlier; the usual wheels are for CUDA 13 since vLLM 0.20. If the start ends with "no kernel image is available", install such a build or use Ollama.`;
  return atLeast(vllmVersion, 20) === false ? [] : [finding("gpu.oldBuildNeeded", "warn", text)];
}

function judgeDtype(input: PreflightInput, capability: number, who: string): PreflightFinding[] {
  if (capability >= OLDEST_WITH_BFLOAT16) return [];
  const { shape } = input.model;
  const flag = input.profile.flags["dtype"];
  const asked = flag === "bfloat16";
  const stored = (flag === undefined || flag === "auto") && shape?.dtype === "bfloat16";
  if (!asked && !stored) return [];
  const wide = needsWideRange.has(shape?.modelType ?? "");
  const dtype = wide ? "float32" : "half";
  const cost = wide ? " This model does not work in 16 bits without it: float32 needs twice the memory." : "";
  const text = `${who} cannot compute in bfloat16, which ${asked ? "is set" : "the model is stored in"}: it needs at least 8.0. Set --dtype ${dtype}.${cost}`;
  return [finding("gpu.bfloat16", asked ? severityOf(input, "dtype") : "warn", text, { flags: { dtype } })];
}
