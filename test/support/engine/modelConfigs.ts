/** config.json of well-known models, as far as memory and limits go: written from their published sizes. */

export const llama31_8b = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128_256,
  max_position_embeddings: 131_072,
  rope_scaling: { factor: 8, rope_type: "llama3", original_max_position_embeddings: 8192 },
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
};

export const qwen25_7b = {
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  hidden_size: 3584,
  intermediate_size: 18_944,
  num_hidden_layers: 28,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  vocab_size: 152_064,
  max_position_embeddings: 32_768,
  sliding_window: 131_072,
  use_sliding_window: false,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
};

export const qwen25_7b_awq = {
  ...qwen25_7b,
  torch_dtype: "float16",
  quantization_config: { quant_method: "awq", bits: 4, group_size: 128, version: "gemm", zero_point: true },
};

/** DeepSeek-R1-Distill-Qwen-14B has the shape of Qwen2.5-14B. */
export const qwen25_14b = {
  ...qwen25_7b,
  hidden_size: 5120,
  intermediate_size: 13_824,
  num_hidden_layers: 48,
  num_attention_heads: 40,
  num_key_value_heads: 8,
  max_position_embeddings: 131_072,
};

export const qwen3_30b_a3b_fp8 = {
  architectures: ["Qwen3MoeForCausalLM"],
  model_type: "qwen3_moe",
  hidden_size: 2048,
  intermediate_size: 6144,
  moe_intermediate_size: 768,
  num_experts: 128,
  num_experts_per_tok: 8,
  num_hidden_layers: 48,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  head_dim: 128,
  vocab_size: 151_936,
  max_position_embeddings: 262_144,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
  quantization_config: { quant_method: "fp8", activation_scheme: "dynamic", weight_block_size: [128, 128] },
};

export const qwen3_235b_a22b_fp8 = {
  ...qwen3_30b_a3b_fp8,
  hidden_size: 4096,
  intermediate_size: 12_288,
  moe_intermediate_size: 1536,
  num_hidden_layers: 94,
  num_attention_heads: 64,
  max_position_embeddings: 40_960,
};

export const deepseekV2Lite = {
  architectures: ["DeepseekV2ForCausalLM"],
  model_type: "deepseek_v2",
  hidden_size: 2048,
  intermediate_size: 10_944,
  moe_intermediate_size: 1408,
  n_routed_experts: 64,
  n_shared_experts: 2,
  num_experts_per_tok: 6,
  first_k_dense_replace: 1,
  num_hidden_layers: 27,
  num_attention_heads: 16,
  num_key_value_heads: 16,
  kv_lora_rank: 512,
  q_lora_rank: null,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  vocab_size: 102_400,
  max_position_embeddings: 163_840,
  rope_scaling: { type: "yarn", factor: 40, original_max_position_embeddings: 4096 },
  torch_dtype: "bfloat16",
};

/** Nested, most values left to the code of the type, five layers in six with a window. */
export const gemma3_4b = {
  architectures: ["Gemma3ForConditionalGeneration"],
  model_type: "gemma3",
  torch_dtype: "bfloat16",
  text_config: {
    hidden_size: 2560,
    intermediate_size: 10_240,
    model_type: "gemma3_text",
    num_hidden_layers: 34,
    rope_scaling: { factor: 8, rope_type: "linear" },
    sliding_window: 1024,
  },
  vision_config: {
    hidden_size: 1152,
    num_hidden_layers: 27,
    num_attention_heads: 16,
    model_type: "siglip_vision_model",
  },
};

export const gptOss20b = {
  architectures: ["GptOssForCausalLM"],
  model_type: "gpt_oss",
  hidden_size: 2880,
  intermediate_size: 2880,
  num_local_experts: 32,
  num_experts_per_tok: 4,
  num_hidden_layers: 24,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  head_dim: 64,
  vocab_size: 201_088,
  max_position_embeddings: 131_072,
  sliding_window: 128,
  layer_types: Array.from({ length: 24 }, (_, layer) => (layer % 2 === 0 ? "sliding_attention" : "full_attention")),
  rope_scaling: { rope_type: "yarn", factor: 32, original_max_position_embeddings: 4096 },
  quantization_config: { quant_method: "mxfp4" },
};
