import type { FitInput } from "./fit.ts";
import type { FitSettings } from "./fitSettings.ts";
import type { ModelFacts } from "./modelFacts.ts";
import { estimateWeightBytes } from "./weightEstimate.ts";

/** Bits to which vLLM itself quantizes while it loads a checkpoint that is not quantized. */
const bitsWhileLoading: readonly [RegExp, number][] = [
  [/^(?:fp8|mxfp8|int8_|experts_int8|ptpc_fp8)/, 8],
  [/^(?:bitsandbytes|nvfp4_|mxfp4)/, 4],
];

/** What the weights take once they are loaded: not always what they take on disk. */
export function loadedWeights(
  { weights, shape }: Pick<ModelFacts, "weights" | "shape">,
  settings: FitSettings,
): FitInput["weights"] {
  const method = settings.quantization;
  if (method !== null && shape !== null && shape.quantization === null) {
    const bits = bitsWhileLoading.find(([name]) => name.test(method))?.[1];
    const bytes =
      bits === undefined ? null : estimateWeightBytes(shape, { method, bits, floating: null, activations: null });
    if (bytes !== null) return { bytes, exact: false };
  }
  if (weights === null) return null;
  const exact = weights.source !== "shape";
  // Stored in 32 bits, loaded in 16 unless told otherwise.
  const halved = exact && shape?.dtype === "float32" && settings.dtype !== "float32" && settings.dtype !== "float";
  const doubled = settings.dtype === "float32" && shape?.dtype !== "float32" && shape?.quantization === null;
  return { bytes: weights.bytes * (halved ? 0.5 : doubled ? 2 : 1), exact };
}
