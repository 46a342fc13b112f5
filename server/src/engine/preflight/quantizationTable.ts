/**
 * The least compute capability per method of quantization, as `get_min_capability` says it in the files of
 * vllm/model_executor/layers/quantization (vLLM 0.32, older ones as of 0.10). Where versions differ, `since` is the first
 * minor version with the lower one: Marlin, on which the weight-only methods rest, runs on 7.5 since vLLM 0.14 (#29901).
 */
import { atLeast } from "../model/atLeast.ts";
import type { Quantization } from "../model/quantization.ts";

interface Requirement {
  least: number;
  lowered?: { since: number; least: number };
}

const marlin: Requirement = { least: 8, lowered: { since: 14, least: 7.5 } };

const requirements: Readonly<Record<string, Requirement>> = {
  aqlm: { least: 6 },
  "auto-round": { least: 6 },
  awq: { least: 7.5 },
  awq_marlin: marlin,
  bitblas: { least: 7 },
  bitsandbytes: { least: 7 },
  deepspeedfp: { least: 6 },
  experts_int8: { least: 8 },
  fbgemm_fp8: { least: 8 },
  fp8: marlin,
  gguf: { least: 6 },
  gptq: { least: 6 },
  gptq_marlin: marlin,
  gptq_marlin_24: { least: 8 },
  hqq: { least: 8 },
  marlin: { least: 8 },
  // Eight-bit floats: still 8.0 in vLLM 0.32 (#56660, open).
  modelopt: { least: 8 },
  modelopt_fp4: marlin,
  moe_wna16: { least: 7 },
  mxfp4: { least: 8 },
  quark: { least: 7 },
  torchao: { least: 7.5 },
};

/** By what is stored, for the method holds several. Floats fall back to Marlin, eight-bit integers need no more. */
function compressedTensors({ bits, floating, activations }: Quantization): Requirement | null {
  if (bits === null || floating === null) return null;
  if (floating || activations === false) return marlin;
  return activations === true && bits === 8 ? { least: 7.5 } : null;
}

/** The least capability for a checkpoint with this version of vLLM; the lower one for an unknown version. null: unknown. */
export function leastCapability(quantization: Quantization, version: string | null): number | null {
  const requirement = requirementOf(quantization);
  if (requirement === null) return null;
  const { least, lowered } = requirement;
  return lowered !== undefined && atLeast(version, lowered.since) !== false ? lowered.least : least;
}

function requirementOf(quantization: Quantization): Requirement | null {
  const { method, bits, floating } = quantization;
  if (method === "compressed-tensors") return compressedTensors(quantization);
  if (method === "modelopt" && bits === 4 && floating === true) return marlin;
  return requirements[method] ?? null;
}

/** From this capability on the hardware computes in the checkpoint's own numbers; below, they are only stored so. */
export function nativeCapability({ bits, floating, activations }: Quantization): number | null {
  if (floating !== true || activations === false) return null;
  return bits === 8 ? 8.9 : bits === 4 ? 10 : null;
}
