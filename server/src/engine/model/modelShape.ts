/** What config.json says of a model, as far as memory and limits go. */
import { isObject, property, type JsonObject } from "../../util/unknown.ts";
import { countAt, objectAt, textAt, textsAt } from "./configValue.ts";
import { readLayerKinds, type LayerKinds } from "./layerKinds.ts";
import { readMaxPositions, type MaxPositions } from "./maxPositions.ts";
import { readQuantization, type Quantization } from "./quantization.ts";

/** null in any of these: it is not said, and nothing follows from it. */
export interface ModelShape {
  /** `model_type` of the part that writes text, such as `llama`. */
  modelType: string | null;
  architectures: readonly string[];
  layers: LayerKinds | null;
  heads: number | null;
  kvHeads: number | null;
  headDim: number | null;
  /** Where full layers have heads of their own (Gemma 4). */
  fullLayers: { kvHeads: number | null; headDim: number | null };
  /** Last layers that use the cache of earlier ones (Gemma 3n and 4): they keep nothing. */
  sharedLayers: number;
  hiddenSize: number | null;
  intermediateSize: number | null;
  vocabSize: number | null;
  tiedEmbeddings: boolean;
  maxPositions: MaxPositions | null;
  /** Type in which the weights are stored, such as `bfloat16`. */
  dtype: string | null;
  quantization: Quantization | null;
  /** Multi-head latent attention: one compressed vector per token and layer, whatever the number of heads. */
  mla: MlaShape | null;
  moe: MoeShape | null;
}

export interface MlaShape {
  latent: number;
  rope: number;
  /** Further sizes, for counting weights. */
  queryLatent: number | null;
  nope: number | null;
  value: number | null;
}

export interface MoeShape {
  experts: number;
  /** Width of one expert. */
  intermediateSize: number | null;
  sharedIntermediateSize: number;
  /** Experts that work on one token. */
  expertsPerToken: number | null;
  /** First layers without experts. */
  denseLayers: number;
}

/** What the code of a model type assumes where the configuration is silent. */
const silentDefaults: Readonly<Record<string, JsonObject>> = {
  gemma: { head_dim: 256 },
  gemma2: { head_dim: 256 },
  gemma3_text: {
    head_dim: 256,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    max_position_embeddings: 131_072,
    vocab_size: 262_208,
  },
};

const tiedByDefault = new Set(["gemma", "gemma2", "gemma3_text", "gemma3", "cohere", "cohere2"]);

/** null when this is no model's configuration at all. Never throws, whatever the value. */
export function readModelShape(config: unknown): ModelShape | null {
  if (!isObject(config)) return null;
  const text = objectAt(config, "text_config") ?? objectAt(objectAt(config, "thinker_config"), "text_config") ?? config;
  const modelType = textAt(text, "model_type") ?? textAt(config, "model_type");
  const part: JsonObject = { ...(modelType === null ? {} : silentDefaults[modelType]), ...text };
  const layers = countAt(part, "num_hidden_layers", "n_layer", "num_layers", "n_layers");
  const architectures = textsAt(config, "architectures");
  if (layers === null && modelType === null && architectures.length === 0) return null;
  return {
    modelType,
    architectures,
    layers: layers === null ? null : readLayerKinds(part, layers, modelType),
    ...readHeads(part),
    sharedLayers: countAt(part, "num_kv_shared_layers") ?? 0,
    hiddenSize: countAt(part, "hidden_size", "n_embd", "d_model"),
    intermediateSize: countAt(part, "intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"),
    vocabSize: countAt(part, "vocab_size") ?? countAt(config, "vocab_size"),
    tiedEmbeddings: isTied(config, part, modelType),
    maxPositions: readMaxPositions(part, modelType),
    dtype:
      (textAt(part, "dtype", "torch_dtype") ?? textAt(config, "dtype", "torch_dtype"))?.replace(/^torch\./, "") ?? null,
    quantization: readQuantization(config),
    mla: readMla(part),
    moe: readMoe(part),
  };
}

function readHeads(part: JsonObject): Pick<ModelShape, "heads" | "kvHeads" | "headDim" | "fullLayers"> {
  const heads = countAt(part, "num_attention_heads", "n_head", "n_heads");
  const hidden = countAt(part, "hidden_size", "n_embd", "d_model");
  const multiQuery = property(part, "multi_query") === true && property(part, "new_decoder_architecture") !== true;
  return {
    heads,
    kvHeads: countAt(part, "num_key_value_heads", "num_kv_heads", "n_head_kv") ?? (multiQuery ? 1 : heads),
    headDim: countAt(part, "head_dim") ?? (heads === null || hidden === null ? null : Math.floor(hidden / heads)),
    fullLayers: {
      kvHeads: countAt(part, "num_global_key_value_heads"),
      headDim: countAt(part, "global_head_dim"),
    },
  };
}

function isTied(config: JsonObject, part: JsonObject, modelType: string | null): boolean {
  const said = property(part, "tie_word_embeddings") ?? property(config, "tie_word_embeddings");
  return typeof said === "boolean" ? said : modelType !== null && tiedByDefault.has(modelType);
}

function readMla(part: JsonObject): MlaShape | null {
  const latent = countAt(part, "kv_lora_rank");
  if (latent === null) return null;
  return {
    latent,
    rope: countAt(part, "qk_rope_head_dim") ?? 0,
    queryLatent: countAt(part, "q_lora_rank"),
    nope: countAt(part, "qk_nope_head_dim"),
    value: countAt(part, "v_head_dim"),
  };
}

function readMoe(part: JsonObject): MoeShape | null {
  const experts = countAt(part, "num_experts", "n_routed_experts", "num_local_experts");
  if (experts === null || experts === 1) return null;
  const width = countAt(part, "moe_intermediate_size", "expert_ffn_hidden_size", "intermediate_size");
  const shared = countAt(part, "n_shared_experts", "num_shared_experts");
  return {
    experts,
    intermediateSize: width,
    sharedIntermediateSize: countAt(part, "shared_expert_intermediate_size") ?? (shared ?? 0) * (width ?? 0),
    expertsPerToken: countAt(part, "num_experts_per_tok", "moe_topk", "experts_per_token"),
    denseLayers: countAt(part, "first_k_dense_replace") ?? 0,
  };
}
