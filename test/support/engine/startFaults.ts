import type { EngineCause } from "../../../server/src/protocol/engine.ts";

/** What vLLM says when it does not start, word for word (VLLM.md §5.3), and what the product makes of it. */
interface StartRow {
  name: string;
  cause: EngineCause;
  log: readonly string[];
}

/** Never the cause, and the last that is said. */
const wrapper =
  "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore': 4711}";

const rows: readonly StartRow[] = [
  {
    name: "GPU already occupied",
    log: [
      "ValueError: Free memory on device cuda:0 (3.19/23.57 GiB) on startup is less than desired GPU memory " +
        "utilization (0.9, 21.21 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.",
    ],
    cause: "gpu_memory_occupied",
  },
  {
    name: "memory race",
    log: ["AssertionError: Error in memory profiling. Initial free memory 20.1 GiB, current free memory 21.3 GiB."],
    cause: "gpu_memory_occupied",
  },
  {
    name: "no KV memory",
    log: [
      "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when " +
        "initializing the engine.",
    ],
    cause: "no_kv_cache_memory",
  },
  {
    name: "auto-fit impossible",
    log: ["ValueError: Cannot auto-fit max_model_len: not enough GPU memory available to serve even a single token."],
    cause: "no_kv_cache_memory",
  },
  {
    name: "length above the model's",
    log: [
      "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
      "  Value error, User-specified max_model_len (99999) is greater than the derived max_model_len " +
        "(max_position_embeddings=4096 or model_max_length=None in model's config.json).",
    ],
    cause: "max_len_exceeds_model",
  },
  {
    name: "quantization mismatch",
    log: [
      "ValueError: Quantization method specified in the model config (awq) does not match the quantization method " +
        "specified in the `quantization` argument (gptq).",
    ],
    cause: "quantization_mismatch",
  },
  {
    name: "quantization against the GPU",
    log: [
      "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89. " +
        "Current capability: 75.",
    ],
    cause: "quantization_unsupported_gpu",
  },
  {
    name: "bf16 on an old GPU",
    log: [
      "ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0. Your Tesla T4 GPU has " +
        "compute capability 7.5. You can use float16 instead by explicitly setting the `dtype` flag in CLI, for " +
        "example: --dtype=half.",
    ],
    cause: "dtype_unsupported_gpu",
  },
  {
    name: "driver too old",
    log: ["RuntimeError: The NVIDIA driver on your system is too old (found version 11040)."],
    cause: "driver_too_old",
  },
  { name: "no GPU", log: ["RuntimeError: No CUDA GPUs are available"], cause: "no_gpu" },
  {
    name: "heads not divisible",
    log: ["ValueError: Total number of attention heads (14) must be divisible by tensor parallel size (4)."],
    cause: "tensor_parallel_invalid",
  },
  {
    name: "model not found",
    log: ["ValueError: Invalid repository ID or local directory specified: '/no/such/model'."],
    cause: "model_not_found",
  },
  {
    name: "gated model",
    log: [
      "huggingface_hub.errors.GatedRepoError: 401 Client Error.",
      "OSError: You are trying to access a gated repo.",
    ],
    cause: "model_gated",
  },
  {
    name: "unknown architecture",
    log: ["ValueError: Model architectures ['FooForCausalLM'] are not supported for now."],
    cause: "architecture_unsupported",
  },
  { name: "port taken", log: ["OSError: [Errno 98] Address already in use"], cause: "port_in_use" },
  {
    name: "warm-up out of memory",
    log: [
      "RuntimeError: CUDA out of memory occurred when warming up sampler with 1024 dummy requests. Please try lowering " +
        "`max_num_seqs` or `gpu_memory_utilization`",
      wrapper,
    ],
    cause: "gpu_oom_runtime",
  },
  {
    name: "unknown quantization",
    log: ["ValueError: Unknown quantization method: foo. Must be one of ['awq', 'fp8'].", wrapper],
    cause: "quantization_mismatch",
  },
  {
    name: "GPU too old",
    log: [
      "torch.AcceleratorError: CUDA error: no kernel image is available for execution on the device",
      "WorkerProc initialization failed due to an exception in a background process.",
      wrapper,
    ],
    cause: "gpu_too_old",
  },
  {
    name: "offline",
    log: ["huggingface_hub.errors.LocalEntryNotFoundError: Cannot find the requested files in the disk cache"],
    cause: "hub_offline_or_network",
  },
  {
    name: "tokenizer",
    log: [
      "RuntimeError: Failed to load the tokenizer. If the tokenizer is a custom tokenizer not yet available in the " +
        "HuggingFace transformers library, consider setting `trust_remote_code=True`.",
    ],
    cause: "tokenizer_or_chat_template",
  },
  {
    name: "invalid tool call parser",
    log: ["KeyError: 'invalid tool call parser: nosuch (chose from { hermes })'"],
    cause: "bad_flag",
  },
];

/** Faults of a start, the same at each. What is tried does not help, and the run stops. */
export const startFaults: readonly { name: string; cause: EngineCause; fault: object }[] = [
  ...rows.map(({ name, cause, log }) => ({ name, cause, fault: { kind: "exit", exitCode: 1, log } })),
  { name: "weights out of memory", cause: "gpu_oom_weights", fault: { kind: "out-of-memory" } },
  {
    name: "context too long for the KV cache",
    cause: "kv_cache_too_small_for_max_len",
    fault: { kind: "kv-cache-too-small", estimatedMaxModelLen: 1024 },
  },
  { name: "it loads for ever", cause: "startup_timeout", fault: { kind: "never-ready" } },
];
