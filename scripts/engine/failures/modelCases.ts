import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FailureCase } from "./failureCase.ts";
import { tinyWith } from "./modelFolder.ts";

/** A model that is there and cannot be used, or as it was asked for. */
export const modelCases: readonly FailureCase[] = [
  {
    name: "folder-without-config",
    cause: "model_not_found",
    phase: "start",
    remedy: "The folder holds no config.json: it is no model, or its download is not whole",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await rm(path.join(model, "config.json"));
      return { model };
    },
  },
  {
    name: "config-cut-off",
    cause: "model_not_found",
    phase: "start",
    remedy: "config.json is not valid JSON: download the model again",
    alsoAccept: ["unknown", "hub_offline_or_network"],
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await writeFile(path.join(model, "config.json"), '{\n  "architectures": [\n    "LlamaFor');
      return { model };
    },
  },
  {
    name: "architecture-unknown",
    cause: "architecture_unsupported",
    phase: "start",
    facts: { architecture: "LlamaNextForCausalLM" },
    remedy: "This vLLM does not know LlamaNextForCausalLM: upgrade vLLM, or use another model",
    prepare: async (scene) => ({ model: await tinyWith(scene, { architectures: ["LlamaNextForCausalLM"] }) }),
  },
  {
    name: "model-type-unknown",
    cause: "architecture_unsupported",
    phase: "start",
    remedy: "transformers does not know the model type llama_next: upgrade",
    prepare: async (scene) => ({
      model: await tinyWith(scene, { model_type: "llama_next", architectures: ["LlamaNextForCausalLM"] }),
    }),
  },
  {
    name: "architecture-removed",
    cause: "architecture_unsupported",
    phase: "start",
    facts: { architecture: "Phi3SmallForCausalLM", lastVersion: "0.9.2" },
    remedy: "vLLM dropped Phi3SmallForCausalLM after 0.9.2: another model, or that version",
    prepare: async (scene) => ({
      model: await tinyWith(scene, { architectures: ["Phi3SmallForCausalLM"] }),
      flags: { "model-impl": "vllm" },
    }),
  },
  {
    name: "architecture-in-a-plugin",
    cause: "architecture_unsupported",
    phase: "start",
    facts: { architecture: "BartForConditionalGeneration" },
    remedy: "BartForConditionalGeneration is a plugin of its own now: install it, or use another model",
    prepare: async (scene) => ({
      model: await tinyWith(scene, { architectures: ["BartForConditionalGeneration"] }),
      flags: { "model-impl": "vllm" },
    }),
  },
  {
    name: "trust-remote-code",
    cause: "trust_remote_code_required",
    phase: "start",
    remedy: "The model brings its own code: read it, then allow it with --trust-remote-code",
    prepare: async (scene) => ({
      model: await tinyWith(scene, {
        model_type: "own_llama",
        architectures: ["OwnLlamaForCausalLM"],
        auto_map: { AutoConfig: "configuration_own.OwnConfig", AutoModelForCausalLM: "modeling_own.OwnModel" },
      }),
    }),
  },
  {
    name: "length-above-model",
    cause: "max_len_exceeds_model",
    phase: "start",
    facts: { maxModelLen: 4096, modelMaxLen: 2048, key: "max_position_embeddings" },
    remedy: "The model's own limit is 2048: --max-model-len 2048",
    prepare: () => ({ flags: { "max-model-len": 4096 } }),
  },
  {
    name: "heads-not-divisible",
    cause: "tensor_parallel_invalid",
    phase: "start",
    facts: { tensorParallel: 3 },
    remedy: "2 attention heads cannot be divided by 3: --tensor-parallel-size 1 or 2",
    prepare: () => ({ flags: { "tensor-parallel-size": 3 } }),
  },
  {
    name: "quantization-not-the-checkpoints",
    cause: "quantization_mismatch",
    phase: "start",
    facts: { quantMethod: "gptq", modelQuantMethod: "awq" },
    remedy: "The checkpoint is AWQ: take --quantization gptq away",
    prepare: async (scene) => ({
      model: await tinyWith(scene, {
        quantization_config: { quant_method: "awq", bits: 4, group_size: 128, zero_point: true, version: "gemm" },
      }),
      flags: { quantization: "gptq", dtype: "float16" },
    }),
  },
  {
    name: "quantization-of-checkpoint-unknown",
    cause: "quantization_mismatch",
    phase: "start",
    facts: { quantMethod: "hyperquant" },
    remedy: "This vLLM cannot read a checkpoint of quantization hyperquant: use another one",
    prepare: async (scene) => ({
      model: await tinyWith(scene, { quantization_config: { quant_method: "hyperquant", bits: 3 } }),
    }),
  },
  {
    name: "quantization-asked-of-a-plain-checkpoint",
    cause: "quantization_mismatch",
    phase: "start",
    facts: { quantMethod: "awq" },
    remedy: "The checkpoint is not quantized: take --quantization awq away",
    alsoAccept: ["quantization_unsupported_gpu"],
    prepare: () => ({ flags: { quantization: "awq", dtype: "float16" } }),
  },
  {
    name: "quantization-not-on-this-platform",
    cause: "quantization_unsupported_gpu",
    phase: "start",
    remedy: "modelopt_fp4 does not run on this device: use a checkpoint of another quantization",
    alsoAccept: ["quantization_mismatch"],
    prepare: async (scene) => ({
      model: await tinyWith(scene, {
        quantization_config: { quant_method: "modelopt", quant_algo: "NVFP4", kv_cache_quant_algo: null },
      }),
    }),
  },
  {
    name: "dtype-not-for-quantization",
    cause: "dtype_unsupported_gpu",
    phase: "start",
    remedy: "AWQ takes float16: --dtype half",
    alsoAccept: ["quantization_mismatch", "quantization_unsupported_gpu"],
    prepare: async (scene) => ({
      model: await tinyWith(scene, {
        quantization_config: { quant_method: "gptq", bits: 4, group_size: 32, desc_act: false, sym: true },
      }),
      flags: { dtype: "float32" },
    }),
  },
  {
    name: "no-weights",
    cause: "model_not_found",
    phase: "start",
    remedy: "The folder holds no weights: download them, they are *.safetensors",
    prepare: () => ({ flags: { "load-format": "auto" } }),
  },
  {
    name: "weights-are-a-git-lfs-pointer",
    cause: "model_not_found",
    phase: "start",
    remedy: "The weights are only pointers of Git LFS: fetch the files themselves (git lfs pull)",
    alsoAccept: ["hub_offline_or_network", "unknown"],
    tricky: "a MemoryError on a machine with plenty of memory: the pointer's first bytes are read as a length",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 988097824\n`;
      await writeFile(path.join(model, "model.safetensors"), pointer);
      return { model, flags: { "load-format": "auto" } };
    },
  },
  {
    name: "weights-cut-off",
    cause: "model_not_found",
    phase: "start",
    remedy: "The weights are broken, most often by a download that was cut off: download them again",
    alsoAccept: ["hub_offline_or_network", "unknown"],
    tricky: "an exception of safetensors, no text of vLLM",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      const header = '{"model.embed_tokens.weight":{"dtype":"BF16","shape":[1024,64],"data_offsets":[0,131072]}}';
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      await writeFile(
        path.join(model, "model.safetensors"),
        Buffer.concat([length, Buffer.from(header), Buffer.alloc(4096)]),
      );
      return { model, flags: { "load-format": "auto" } };
    },
  },
  {
    name: "config-contradicts-itself",
    cause: "unknown",
    phase: "start",
    remedy: "config.json of the model cannot be right: download it again",
    alsoAccept: ["model_not_found", "architecture_unsupported"],
    tricky: "an error of Python about a value of the model's own config",
    prepare: async (scene) => ({ model: await tinyWith(scene, { num_hidden_layers: "two" }) }),
  },
  {
    name: "tokenizer-missing",
    cause: "tokenizer_or_chat_template",
    phase: "start",
    remedy: "The folder holds no tokenizer: add tokenizer.json, or name another with --tokenizer",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await rm(path.join(model, "tokenizer.json"));
      await rm(path.join(model, "tokenizer_config.json"));
      return { model };
    },
  },
  {
    name: "tokenizer-cut-off",
    cause: "tokenizer_or_chat_template",
    phase: "start",
    remedy: "tokenizer.json is broken: download it again",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await writeFile(path.join(model, "tokenizer.json"), '{"version": "1.0", "added_tokens": [{"id": 0');
      return { model };
    },
  },
  {
    name: "tokenizer-class-unknown",
    cause: "tokenizer_or_chat_template",
    phase: "start",
    facts: { tokenizerClass: "TinyTokenizerNext" },
    remedy: "The tokenizer's class is not known here: upgrade transformers",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await rm(path.join(model, "tokenizer.json"));
      await writeFile(path.join(model, "tokenizer_config.json"), '{"tokenizer_class": "TinyTokenizerNext"}');
      return { model };
    },
  },
  {
    name: "tokenizer-path-wrong",
    cause: "tokenizer_or_chat_template",
    phase: "start",
    remedy: "The folder named by --tokenizer is not there",
    alsoAccept: ["model_not_found"],
    prepare: ({ folder }) => ({ flags: { tokenizer: path.join(folder, "tokenizer") } }),
  },
  {
    name: "chat-template-missing",
    cause: "tokenizer_or_chat_template",
    phase: "start",
    remedy: "The file named by --chat-template is not there",
    prepare: ({ folder }) => ({ flags: { "chat-template": path.join(folder, "chat.jinja") } }),
  },
];
