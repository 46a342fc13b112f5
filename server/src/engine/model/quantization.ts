import { countAt, objectAt, textAt } from "./configValue.ts";
import type { JsonObject } from "../../util/unknown.ts";

/** What a checkpoint says of its own quantization. */
export interface Quantization {
  /** `quant_method`, in small letters: awq, gptq, fp8, compressed-tensors, modelopt … */
  method: string;
  /** Bits of a weight; null when it does not say. */
  bits: number | null;
  /** Weights are floating-point (fp8, nvfp4, mxfp4) and not integers; null when it does not say. */
  floating: boolean | null;
  /** Activations are quantized too, which needs hardware for it; null when it does not say. */
  activations: boolean | null;
}

/** null: the checkpoint is not quantized, or says so in a way that nobody knows. */
export function readQuantization(config: unknown): Quantization | null {
  const found = objectAt(config, "quantization_config") ?? objectAt(config, "compression_config");
  const said = found ?? objectAt(objectAt(config, "text_config"), "quantization_config");
  if (said === null) return null;
  const method = textAt(said, "quant_method", "quantization_method")?.toLowerCase();
  if (method === undefined) return null;
  return { method, ...readers[kindOf(method)](said, method) };
}

type Details = Omit<Quantization, "method">;

function kindOf(method: string): keyof typeof readers {
  if (method === "compressed-tensors") return "compressedTensors";
  if (method === "modelopt" || method === "modelopt_fp4") return "modelopt";
  if (method === "bitsandbytes") return "bitsandbytes";
  if (method.includes("fp8")) return "fp8";
  return method === "mxfp4" || method === "nvfp4" ? "fp4" : "integer";
}

const readers = {
  fp8: (): Details => ({ bits: 8, floating: true, activations: true }),
  fp4: (): Details => ({ bits: 4, floating: true, activations: null }),
  integer: (said: JsonObject, method: string): Details => ({
    bits: countAt(said, "bits", "w_bit", "weight_bits", "num_bits") ?? (method === "awq" ? 4 : null),
    floating: false,
    activations: false,
  }),
  bitsandbytes: (said: JsonObject): Details => ({
    bits: said["load_in_4bit"] === true ? 4 : said["load_in_8bit"] === true ? 8 : null,
    floating: null,
    activations: false,
  }),
  modelopt: (said: JsonObject, method: string): Details => {
    const algorithm = (
      textAt(said, "quant_algo") ??
      textAt(objectAt(said, "quantization"), "quant_algo") ??
      ""
    ).toLowerCase();
    if (algorithm.includes("fp4") || method === "modelopt_fp4") return { bits: 4, floating: true, activations: null };
    return algorithm.includes("fp8")
      ? { bits: 8, floating: true, activations: true }
      : { bits: null, floating: null, activations: null };
  },
  compressedTensors: (said: JsonObject): Details => {
    const groups = Object.values(objectAt(said, "config_groups") ?? {});
    const weights = objectAt(groups[0], "weights");
    const type = textAt(weights, "type");
    const known = weights !== null;
    return {
      bits: countAt(weights, "num_bits"),
      floating: type === null ? null : type === "float",
      activations: known ? objectAt(groups[0], "input_activations") !== null : null,
    };
  },
};
