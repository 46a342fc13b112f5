import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concurrencyAt, estimateFit, type Fit, type FitInput } from "../../../../server/src/engine/model/fit.ts";
import { readFitSettings, readSize } from "../../../../server/src/engine/model/fitSettings.ts";
import { longestRequest, requestBytes } from "../../../../server/src/engine/model/kvCache.ts";
import { readModelShape } from "../../../../server/src/engine/model/modelShape.ts";
import { estimateWeightBytes } from "../../../../server/src/engine/model/weightEstimate.ts";
import type { Flags } from "../../../../server/src/protocol/engine.ts";
import * as configs from "../../../support/engine/modelConfigs.ts";

const GIB = 2 ** 30;

function inputFor(config: unknown, flags: Flags = {}, changes: Partial<FitInput> = {}): FitInput {
  const shape = readModelShape(config);
  const bytes = shape === null ? null : estimateWeightBytes(shape, shape.quantization);
  return {
    shape,
    weights: bytes === null ? null : { bytes, exact: true },
    gpuGiB: 24,
    settings: readFitSettings({ flags }),
    vllmVersion: "0.32.0",
    measured: null,
    ...changes,
  };
}

const fitOf = (config: unknown, flags: Flags = {}, changes: Partial<FitInput> = {}): Fit =>
  estimateFit(inputFor(config, flags, changes));

describe("the KV cache, against what vLLM logged", () => {
  /** Memory for a length, or tokens for a memory, of the errors and start-up lines in these issues. */
  test.each<[string, unknown, Flags, number, number]>([
    ["#10517 Llama 3.1 8B", configs.llama31_8b, {}, 31_232, 3.81],
    ["#34076 Qwen3-Coder-30B-A3B", configs.qwen3_30b_a3b_fp8, {}, 262_144, 24],
    ["#25350 Qwen3-30B-A3B, fp8 cache", configs.qwen3_30b_a3b_fp8, { "kv-cache-dtype": "fp8" }, 221_000, 10.12],
    ["#15871 DeepSeek-V2-Lite (latent attention)", configs.deepseekV2Lite, {}, 32_768, 0.95],
    ["#21348 Qwen3-235B-A22B on four GPUs", configs.qwen3_235b_a22b_fp8, { "tensor-parallel-size": 4 }, 178_880, 8.11],
  ])("%s", (_, config, flags, tokens, loggedGiB) => {
    const { cost } = fitOf(config, flags);
    const estimated = cost === null ? 0 : requestBytes(cost, tokens) / GIB;
    expect(Math.abs(estimated / loggedGiB - 1)).toBeLessThan(0.015);
  });
});

describe("requests at once with windows, against what the functions of vLLM 0.32 answer", () => {
  const text = { ...configs.gemma3_4b.text_config, num_hidden_layers: 62, num_attention_heads: 32 };
  const gemma3_27b = { ...configs.gemma3_4b, text_config: { ...text, num_key_value_heads: 16, head_dim: 128 } };
  /** get_max_concurrency_for_kv_cache_config on specs of these layers, 4,096 tokens in flight, blocks of 16. */
  test.each<[string, unknown, number, number, number]>([
    ["Gemma 3 4B", configs.gemma3_4b, 10, 131_072, 3.2386],
    ["Gemma 3 4B", configs.gemma3_4b, 10, 8192, 13.4405],
    ["Gemma 3 27B", gemma3_27b, 20, 32_768, 4.1228],
    ["gpt-oss-20b", configs.gptOss20b, 4, 131_072, 1.2915],
    ["gpt-oss-20b", configs.gptOss20b, 4, 16_384, 8.4732],
  ])("%s", (_, config, gib, tokens, requests) => {
    const fit = fitOf(config, { "kv-cache-memory-bytes": gib * GIB, "max-num-batched-tokens": 2048 });
    expect(Math.abs((concurrencyAt(fit, tokens) ?? 0) / requests - 1)).toBeLessThan(0.001);
  });
});

describe("what is left for the KV cache, against what vLLM logged", () => {
  const old = (gpuGiB: number, weightGiB: number): Partial<FitInput> => ({
    gpuGiB,
    weights: { bytes: weightGiB * GIB, exact: true },
    vllmVersion: "0.6.5",
  });
  test.each<[string, unknown, Flags, Partial<FitInput>, number]>([
    [
      "#10511 Llama 3 8B, H100",
      configs.llama31_8b,
      { "max-num-batched-tokens": 8192, "max-num-seqs": 256, "gpu-memory-utilization": 0.9 },
      old(79.65, 14.96),
      53.29,
    ],
    [
      "#10517 Llama 3.1 8B, RTX 3090, 20,000 tokens a step",
      configs.llama31_8b,
      { "max-num-batched-tokens": 20_000, "gpu-memory-utilization": 0.9 },
      old(24, 14.99),
      3.81,
    ],
    [
      "#10517 the same, 29,000 tokens a step",
      configs.llama31_8b,
      { "max-num-batched-tokens": 29_000, "gpu-memory-utilization": 0.9 },
      old(24, 14.99),
      2.89,
    ],
    [
      // In WSL nothing is kept back by the driver: 8.00 GiB are 8.00 for CUDA too.
      "#13882 Qwen2.5 7B AWQ, RTX 4060",
      configs.qwen25_7b_awq,
      { "max-model-len": 4096, "gpu-memory-utilization": 0.7, "enforce-eager": true },
      old(8.43, 5.2),
      -1.05,
    ],
    [
      // 81,536 tokens of 96 KiB.
      "#13061 R1-Distill-Qwen-14B, two RTX 4090, the fuller one",
      configs.qwen25_14b,
      { "tensor-parallel-size": 2, "gpu-memory-utilization": 0.98 },
      old(23.99, 2 * 13.9476),
      7.46,
    ],
  ])("%s: within its margin", (_, config, flags, changes, loggedGiB) => {
    const fit = fitOf(config, flags, changes);
    expect(Math.abs((fit.kvCacheGiB ?? NaN) - loggedGiB)).toBeLessThan(fit.marginGiB);
    expect(fit.marginGiB).toBeLessThan(1.6);
  });
});

describe("the verdict", () => {
  test("an 8B model on 24 GiB fits, but not with its whole length, and the length to set is said", () => {
    const fit = fitOf(configs.llama31_8b);
    expect(fit).toMatchObject({ fits: "yes", maxModelLen: 131_072 });
    expect(fit.largestMaxModelLen).toBeGreaterThan(20_000);
    expect(fit.largestMaxModelLen).toBeLessThan(60_000);
    expect(fit.suggestedMaxModelLen).toBeLessThan(fit.largestMaxModelLen ?? 0);
    expect(fit.why).toContain(`Set --max-model-len ${fit.suggestedMaxModelLen ?? 0}`);
  });

  test("a length that was asked for is judged as such", () => {
    expect(fitOf(configs.llama31_8b, { "max-model-len": 8192 })).toMatchObject({
      fits: "yes",
      suggestedMaxModelLen: null,
    });
    const tooLong = fitOf(configs.llama31_8b, { "max-model-len": "128K" });
    expect(tooLong.fits).toBe("no");
    expect(tooLong.why).toContain("131,072 were asked for");
  });

  test("weights that leave nothing do not fit, with what is missing", () => {
    const fit = fitOf(configs.qwen25_14b, {}, { gpuGiB: 16 });
    expect(fit).toMatchObject({ fits: "no", largestMaxModelLen: 0 });
    expect(fit.why).toMatch(/\d+\.\d GiB are missing .* weights alone take 27\.\d GiB/);
  });

  test("what lies within the margin is not decided", () => {
    const { largestMaxModelLen } = fitOf(configs.llama31_8b);
    const close = fitOf(configs.llama31_8b, { "max-model-len": largestMaxModelLen ?? 0 });
    expect(close.fits).toBe("unknown");
    expect(close.why).toContain("Too close to tell");
  });

  test("an automatic length needs no setting", () => {
    expect(fitOf(configs.llama31_8b, { "max-model-len": "auto" })).toMatchObject({
      fits: "yes",
      suggestedMaxModelLen: null,
    });
  });

  test.each<[string, Partial<FitInput>, string]>([
    ["no configuration", { shape: null }, "config.json"],
    ["no size of the weights", { weights: null }, "size of the weights"],
    ["no GPU memory", { gpuGiB: null }, "GPU memory"],
  ])("%s: unknown, and said", (_, changes, missing) => {
    const fit = fitOf(configs.llama31_8b, {}, changes);
    expect(fit.fits).toBe("unknown");
    expect(fit.unknown.join()).toContain(missing);
    expect(fit.why).toContain(missing);
  });

  test("without a configuration weights that are too large still do not fit", () => {
    const weights = { bytes: 40 * GIB, exact: true };
    expect(fitOf(configs.llama31_8b, {}, { shape: null, weights })).toMatchObject({ fits: "no", overhead: null });
  });

  test("what is offloaded to the CPU is not guessed", () => {
    expect(fitOf(configs.qwen25_14b, { "cpu-offload-gb": 16 })).toMatchObject({ fits: "unknown" });
  });

  test("a set cache size is taken as it is", () => {
    const fit = fitOf(configs.llama31_8b, { "kv-cache-memory-bytes": "1G", "max-model-len": 8192 }, { gpuGiB: null });
    expect(fit).toMatchObject({ fits: "yes", kvCacheGiB: 1, marginGiB: 0, largestMaxModelLen: 8192 });
  });
});

describe("sizes of a batch that are not set", () => {
  const activations = (flags: Flags, gpuGiB: number): number =>
    fitOf(configs.llama31_8b, flags, { gpuGiB }).overhead?.activations ?? 0;

  test("are larger on larger GPUs, and twice as large in the throughput mode", () => {
    expect(activations({ "max-num-seqs": 1 }, 80)).toBe(4 * activations({ "max-num-seqs": 1 }, 24));
    expect(activations({ "max-num-seqs": 1 }, 180)).toBe(8 * activations({ "max-num-seqs": 1 }, 24));
    const fast = { "max-num-seqs": 1, "performance-mode": "throughput" };
    expect(activations(fast, 24)).toBe(2 * activations({ "max-num-seqs": 1 }, 24));
  });

  test("CUDA graphs count towards the share since vLLM 0.21, and not with --enforce-eager", () => {
    const graphs = (version: string, flags: Flags = {}): number | undefined =>
      fitOf(configs.llama31_8b, flags, { vllmVersion: version }).overhead?.graphs;
    expect(graphs("0.20.1")).toBe(0);
    expect(graphs("0.21.0")).toBeGreaterThan(0.3);
    expect(graphs("0.21.0", { "enforce-eager": true })).toBe(0);
  });
});

describe("what an engine measured", () => {
  const measured = { weightsGiB: 15.3, kvCacheGiB: 4, kvCacheTokens: 32_000, maxModelLen: 20_000, maxConcurrency: 1.6 };

  test("replaces the estimate", () => {
    const fit = fitOf(configs.llama31_8b, {}, { measured });
    expect(fit).toMatchObject({
      fits: "yes",
      weightsGiB: 15.3,
      kvCacheGiB: 4,
      marginGiB: 0,
      largestMaxModelLen: 32_000,
    });
    expect(fit.estimated).toEqual([]);
    expect(concurrencyAt(fit, 20_000)).toBeCloseTo(1.6, 6);
  });

  test("says how many tokens have room even without a configuration", () => {
    const fit = fitOf({}, { "max-model-len": 16_000 }, { measured });
    expect(fit).toMatchObject({ fits: "yes", largestMaxModelLen: 32_000 });
  });

  test("of a cache with windows gives the memory, not the cost of a token", () => {
    const { cost } = fitOf(configs.gemma3_4b, {}, { measured });
    expect(cost).toEqual(fitOf(configs.gemma3_4b).cost);
  });
});

describe("layers", () => {
  test("with a window cost no more once it is full", () => {
    const { cost } = fitOf(configs.gemma3_4b, { "max-num-batched-tokens": 2048 });
    // 4 heads of 256, keys and values of two bytes: 4 KiB a layer and token; 29 layers are padded to groups of 5.
    expect(cost).toEqual({ fullPerToken: 5 * 4096, slidingPerToken: 30 * 4096, slidingTokens: 1023 + 2 * 2048 + 16 });
    const before = fitOf(configs.gemma3_4b, { "max-num-batched-tokens": 2048 }, { vllmVersion: "0.13.0" });
    expect(before.cost?.slidingTokens).toBe(1023 + 2048 + 16);
  });

  test("with a window cost the same as all others before vLLM 0.10", () => {
    expect(fitOf(configs.gemma3_4b, {}, { vllmVersion: "0.9.2" }).cost?.fullPerToken).toBe(34 * 4096);
  });

  test("are split over pipeline stages, heads over GPUs until they run out, latent vectors not at all", () => {
    const whole = fitOf(configs.llama31_8b).kvPerTokenBytes ?? 0;
    expect(fitOf(configs.llama31_8b, { "pipeline-parallel-size": 2 }).kvPerTokenBytes).toBe(whole / 2);
    expect(fitOf(configs.llama31_8b, { "tensor-parallel-size": 8 }).kvPerTokenBytes).toBe(whole / 8);
    expect(fitOf(configs.llama31_8b, { "tensor-parallel-size": 16 }).kvPerTokenBytes).toBe(whole / 8);
    const latent = fitOf(configs.deepseekV2Lite).kvPerTokenBytes;
    expect(fitOf(configs.deepseekV2Lite, { "tensor-parallel-size": 8 }).kvPerTokenBytes).toBe(latent);
  });

  test("that share the cache of earlier ones keep nothing", () => {
    const whole = fitOf(configs.llama31_8b).kvPerTokenBytes ?? 0;
    expect(fitOf({ ...configs.llama31_8b, num_kv_shared_layers: 8 }).kvPerTokenBytes).toBe(whole * 0.75);
  });
});

describe("properties", () => {
  const anyConfig = fc.constantFrom<unknown[]>(...Object.values(configs));
  const limits = { "max-num-seqs": 64, "max-num-batched-tokens": 2048 };

  test("more memory never makes less room", () => {
    fc.assert(
      fc.property(
        anyConfig,
        fc.double({ min: 1, max: 300, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (config, gib, more) => {
          const less = fitOf(config, limits, { gpuGiB: gib });
          const greater = fitOf(config, limits, { gpuGiB: gib + more });
          expect(greater.largestMaxModelLen ?? Infinity).toBeGreaterThanOrEqual(less.largestMaxModelLen ?? Infinity);
          if (less.fits === "yes") expect(greater.fits).toBe("yes");
          if (greater.fits === "no") expect(less.fits).toBe("no");
        },
      ),
    );
  });

  test("a longer request never costs less, and never fits where a shorter one does not", () => {
    const length = fc.integer({ min: 1, max: 200_000 });
    fc.assert(
      fc.property(anyConfig, length, length, fc.double({ min: 4, max: 90, noNaN: true }), (config, a, b, gpuGiB) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        const at = (tokens: number): Fit => fitOf(config, { ...limits, "max-model-len": tokens }, { gpuGiB });
        if (at(long).fits === "yes") expect(at(short).fits).toBe("yes");
        if (at(short).fits === "no") expect(at(long).fits).toBe("no");
        expect(concurrencyAt(at(long), long) ?? 0).toBeLessThanOrEqual(concurrencyAt(at(short), short) ?? 0);
      }),
    );
  });

  test("the longest request is the longest that fits", () => {
    const cost = { fullPerToken: 1000, slidingPerToken: 5000, slidingTokens: 300 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (bytes) => {
        const longest = longestRequest(cost, bytes);
        expect(requestBytes(cost, longest)).toBeCloseTo(bytes, 0);
      }),
    );
  });

  test("never throws and names no size that is no number, whatever is given", () => {
    const flagValue = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean());
    const flags = fc.dictionary(
      fc.constantFrom("max-model-len", "tensor-parallel-size", "gpu-memory-utilization", "kv-cache-dtype", "dtype"),
      flagValue,
    );
    const config = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...Object.keys(configs.gptOss20b)), fc.jsonValue()),
    );
    fc.assert(
      fc.property(config, flags, fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })), (json, someFlags, gpuGiB) => {
        const fit = fitOf(json, someFlags, { gpuGiB });
        expect(fit.why).not.toMatch(/NaN|undefined|null/);
        expect(fit.kvCacheGiB).not.toBeNaN();
      }),
    );
  });
});

describe("readSize", () => {
  test.each<[string | number, number | null]>([
    [8192, 8192],
    ["8k", 8000],
    ["8K", 8192],
    ["1.5G", 1.5 * GIB],
    ["auto", null],
    [-1, null],
    ["", null],
    ["8 K", null],
  ])("%s", (value, expected) => {
    expect(readSize(value)).toBe(expected);
  });
});
