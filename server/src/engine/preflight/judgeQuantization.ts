/** Quantization against the GPU, and `--quantization` against what the checkpoint says of itself. */
import { atLeast } from "../model/atLeast.ts";
import { readFitSettings } from "../model/fitSettings.ts";
import type { Quantization } from "../model/quantization.ts";
import { finding, severityOf, type PreflightFinding, type PreflightInput } from "./finding.ts";
import { leastCapability, nativeCapability } from "./quantizationTable.ts";
import { decidingGpu, isCpuBuild, nameOf, usedGpus } from "./usedGpus.ts";

/** Names of kernels that vLLM takes for a checkpoint of another name. */
const kernelsFor: Readonly<Record<string, readonly string[]>> = {
  awq: ["awq_marlin", "moe_wna16", "ipex", "inc", "auto_awq"],
  gptq: ["gptq_marlin", "gptq_bitblas", "marlin", "moe_wna16", "ipex", "inc", "auto_gptq"],
  modelopt: ["modelopt_fp4", "modelopt_mxfp8", "modelopt_mixed"],
  fp8: ["fbgemm_fp8", "deepgemm_fp8", "ptpc_fp8"],
  "auto-round": ["gptq", "awq", "gptq_marlin", "awq_marlin", "inc"],
  bitnet: ["bitblas"],
};

/** These read numbers that a tool has prepared: a checkpoint without quantization has none. */
const needsPrepared = new Set([
  "awq",
  "awq_marlin",
  "gptq",
  "gptq_marlin",
  "gptq_marlin_24",
  "compressed-tensors",
  "auto-round",
  "aqlm",
  "marlin",
]);

/** Methods that have moved out of vLLM, and since when (#43529, #39612). */
const plugins: Readonly<Record<string, { since: number; name: string }>> = {
  bitsandbytes: { since: 28, name: "vllm-bnb-plugin" },
  gguf: { since: 23, name: "vllm-gguf-plugin" },
};

const DROP = { flags: { quantization: null } } as const;

export function judgeQuantization(input: PreflightInput): PreflightFinding[] {
  const flag = readFitSettings(input.profile).quantization;
  const stored = input.model.shape?.quantization ?? null;
  const effective = stored ?? (flag === null ? null : bare(flag));
  return [
    ...judgeFlag(input, flag, stored),
    ...(effective === null ? [] : [...judgeHardware(input, effective), ...judgePlugin(input, effective.method)]),
  ];
}

function bare(method: string): Quantization {
  return { method, bits: null, floating: null, activations: null };
}

function judgeFlag(input: PreflightInput, flag: string | null, stored: Quantization | null): PreflightFinding[] {
  if (flag === null || input.model.shape === null) return [];
  if (stored === null) {
    if (!needsPrepared.has(flag)) return [];
    const text = `--quantization ${flag} reads weights that were quantized before, and this checkpoint is not quantized. Leave the flag out, or take a checkpoint that is.`;
    return [finding("quantization.checkpointIsNot", severityOf(input, "quantization"), text, DROP)];
  }
  if (flag === stored.method) {
    const text = `The checkpoint says itself that it is ${stored.method}: --quantization is not needed, and vLLM picks the fastest kernel when it is left out.`;
    return [finding("quantization.flagNotNeeded", "warn", text, DROP)];
  }
  if (kernelsFor[stored.method]?.includes(flag) === true) return [];
  const text = `--quantization ${flag} does not match the checkpoint, which says ${stored.method}: vLLM would refuse. Leave the flag out.`;
  return [finding("quantization.mismatch", severityOf(input, "quantization"), text, DROP)];
}

function judgeHardware(input: PreflightInput, quantization: Quantization): PreflightFinding[] {
  const deciding = isCpuBuild(input) ? null : decidingGpu(usedGpus(input));
  const least = leastCapability(quantization, input.vllmVersion);
  if (deciding === null) return [];
  const { gpu, capability } = deciding;
  const who = `${nameOf(gpu)} (compute capability ${capability.toFixed(1)})`;
  const what = `${quantization.method}${quantization.bits === null ? "" : `, ${quantization.bits} bits`}`;
  if (least !== null && capability < least) {
    const text = `This quantization (${what}) needs a compute capability of at least ${least.toFixed(1)}: ${who} does not have it. Take another checkpoint of the model, such as AWQ or one without quantization.`;
    return [finding("quantization.unsupportedGpu", "stop", text)];
  }
  const native = nativeCapability(quantization);
  if (native === null || capability >= native) return [];
  const text = `On ${who} this quantization (${what}) only saves memory: the GPU computes with wider numbers (${native.toFixed(1)} and later do it natively).`;
  return [finding("quantization.weightOnly", "info", text)];
}

function judgePlugin({ vllmVersion }: PreflightInput, method: string): PreflightFinding[] {
  const plugin = plugins[method];
  if (plugin === undefined || atLeast(vllmVersion, plugin.since) !== true) return [];
  const text = `Since vLLM 0.${plugin.since} ${method} needs a package of its own: pip install ${plugin.name}, in vLLM's environment.`;
  return [finding("quantization.plugin", "warn", text)];
}
