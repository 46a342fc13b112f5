import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readModelShape, type ModelShape } from "../../../../server/src/engine/model/modelShape.ts";
import { countParameters, estimateWeightBytes } from "../../../../server/src/engine/model/weightEstimate.ts";
import * as configs from "../../../support/engine/modelConfigs.ts";

function shapeOf(config: unknown): ModelShape {
  const shape = readModelShape(config);
  if (shape === null) throw new Error("no shape");
  return shape;
}

describe("readModelShape", () => {
  test("reads a plain model, head size from its width", () => {
    expect(shapeOf(configs.llama31_8b)).toMatchObject({
      modelType: "llama",
      layers: { full: 32, sliding: 0, linear: 0 },
      heads: 32,
      kvHeads: 8,
      headDim: 128,
      dtype: "bfloat16",
      quantization: null,
      maxPositions: { tokens: 131_072, scaled: false },
    });
  });

  test("an unused sliding window is none", () => {
    expect(shapeOf(configs.qwen25_7b).layers).toEqual({ full: 28, sliding: 0, window: 0, linear: 0 });
    expect(shapeOf({ ...configs.qwen25_7b, model_type: "mistral" }).layers).toMatchObject({ full: 28 });
  });

  test("reads the nested part of a model that also sees, with what its type assumes", () => {
    expect(shapeOf(configs.gemma3_4b)).toMatchObject({
      modelType: "gemma3_text",
      layers: { full: 5, sliding: 29, window: 1024 },
      heads: 8,
      kvHeads: 4,
      headDim: 256,
      tiedEmbeddings: true,
      // Its length is meant after scaling.
      maxPositions: { tokens: 131_072, scaled: false },
    });
  });

  test("counts named kinds of layers", () => {
    expect(shapeOf(configs.gptOss20b).layers).toEqual({ full: 12, sliding: 12, window: 128, linear: 0 });
    const hybrid = { ...configs.qwen25_7b, num_hidden_layers: 48, full_attention_interval: 4 };
    expect(shapeOf(hybrid).layers).toEqual({ full: 12, sliding: 0, window: 0, linear: 36 });
    const letters = { ...configs.qwen25_7b, num_hidden_layers: 6, hybrid_override_pattern: "M-M*-M" };
    expect(shapeOf(letters).layers).toEqual({ full: 1, sliding: 0, window: 0, linear: 5 });
  });

  test("yarn begins with the original length, other scalings with the said one", () => {
    expect(shapeOf(configs.deepseekV2Lite).maxPositions).toEqual({ tokens: 163_840, scaled: true });
    const linear = { ...configs.qwen25_7b, rope_scaling: { type: "linear", factor: 2 } };
    expect(shapeOf(linear).maxPositions).toEqual({ tokens: 65_536, scaled: true });
  });

  test("reads latent attention and experts", () => {
    expect(shapeOf(configs.deepseekV2Lite)).toMatchObject({
      mla: { latent: 512, rope: 64, queryLatent: null },
      moe: { experts: 64, intermediateSize: 1408, sharedIntermediateSize: 2816, denseLayers: 1, expertsPerToken: 6 },
    });
  });

  test.each([
    ["awq", configs.qwen25_7b_awq, { method: "awq", bits: 4, floating: false, activations: false }],
    ["fp8", configs.qwen3_30b_a3b_fp8, { method: "fp8", bits: 8, floating: true, activations: true }],
    ["mxfp4", configs.gptOss20b, { method: "mxfp4", bits: 4, floating: true, activations: null }],
    [
      "compressed-tensors, integers for weights only",
      withGroups({ weights: { num_bits: 4, type: "int" }, input_activations: null }),
      { method: "compressed-tensors", bits: 4, floating: false, activations: false },
    ],
    [
      "compressed-tensors, eight-bit floats for all",
      withGroups({ weights: { num_bits: 8, type: "float" }, input_activations: { num_bits: 8, type: "float" } }),
      { method: "compressed-tensors", bits: 8, floating: true, activations: true },
    ],
    [
      "modelopt with four-bit floats",
      { ...configs.llama31_8b, quantization_config: { quant_method: "modelopt", quant_algo: "NVFP4" } },
      { method: "modelopt", bits: 4, floating: true, activations: null },
    ],
  ])("reads the quantization of a checkpoint: %s", (_, config, expected) => {
    expect(shapeOf(config).quantization).toEqual(expected);
  });

  test("what is no model's configuration has no shape", () => {
    for (const value of [null, 7, "llama", [], {}, { quantization_config: 3 }])
      expect(readModelShape(value)).toBeNull();
  });

  test("sizes that cannot be are not said", () => {
    const odd = {
      ...configs.llama31_8b,
      num_hidden_layers: -3,
      num_attention_heads: 1.5,
      head_dim: 1e300,
      vocab_size: "x",
    };
    expect(shapeOf(odd)).toMatchObject({ layers: null, heads: null, headDim: null, vocabSize: null });
  });

  test("never throws, whatever the JSON", () => {
    const keys = [...Object.keys(configs.gptOss20b), ...Object.keys(configs.deepseekV2Lite), "text_config"];
    const config = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), config), (value) => {
        const shape = readModelShape(value);
        if (shape !== null) estimateWeightBytes(shape, shape.quantization);
      }),
    );
  });
});

function withGroups(group: unknown): unknown {
  return {
    ...configs.llama31_8b,
    quantization_config: { quant_method: "compressed-tensors", config_groups: { group_0: group } },
  };
}

describe("estimateWeightBytes", () => {
  /** Parameters in billions, as their makers publish them. */
  test.each([
    ["Llama 3.1 8B", configs.llama31_8b, 8.03],
    ["Qwen2.5 7B", configs.qwen25_7b, 7.62],
    ["Qwen2.5 14B", configs.qwen25_14b, 14.77],
    ["Qwen3 30B-A3B", configs.qwen3_30b_a3b_fp8, 30.53],
    ["Qwen3 235B-A22B", configs.qwen3_235b_a22b_fp8, 235.1],
    ["DeepSeek-V2-Lite", configs.deepseekV2Lite, 15.71],
    ["Gemma 3 4B, text part", configs.gemma3_4b, 3.88],
    ["gpt-oss-20b", configs.gptOss20b, 20.91],
  ])("counts the parameters of %s to within 2 %%", (_, config, billions) => {
    const count = countParameters(shapeOf(config));
    expect(((count?.embeddings ?? 0) + (count?.matrices ?? 0)) / 1e9 / billions).toBeCloseTo(1, 1.4);
  });

  /** "Model loading took": vllm #10511, #13882, #25350. */
  test.each([
    ["Llama 3 8B", configs.llama31_8b, 14.96],
    ["Qwen2.5 7B AWQ", configs.qwen25_7b_awq, 5.2032],
    ["Qwen3 30B-A3B FP8", configs.qwen3_30b_a3b_fp8, 29.09],
  ])("agrees with what loading %s took, to within 2 %%", (_, config, loadedGiB) => {
    const shape = shapeOf(config);
    const bytes = estimateWeightBytes(shape, shape.quantization) ?? 0;
    expect(Math.abs(bytes / 2 ** 30 / loadedGiB - 1)).toBeLessThan(0.02);
  });
});
