import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  PreflightFinding,
  PreflightGpu,
  PreflightInput,
} from "../../../../server/src/engine/preflight/finding.ts";
import { shareThatFits } from "../../../../server/src/engine/preflight/judgeMemory.ts";
import { preflight } from "../../../../server/src/engine/preflight/preflight.ts";
import type { Flags } from "../../../../server/src/protocol/engine.ts";
import * as configs from "../../../support/engine/modelConfigs.ts";
import { aGpu, aModel, anInput, aProfile } from "../../../support/engine/preflightInput.ts";

const codesOf = (input: PreflightInput): string[] => preflight(input).map(({ code }) => code);

function findingOf(code: string, input: PreflightInput): PreflightFinding | undefined {
  return preflight(input).find((finding) => finding.code === code);
}

function withFlags(
  flags: Flags,
  chosen: readonly string[] = [],
  changes: Partial<PreflightInput> = {},
): PreflightInput {
  return anInput({ profile: aProfile({ "max-model-len": 8192, ...flags }), chosenByUser: new Set(chosen), ...changes });
}

test("a model that is here and fits is only told how much room it has", () => {
  expect(preflight(anInput())).toMatchObject([{ code: "fit.room", severity: "info" }]);
});

test("the simulator needs nothing", () => {
  const input = anInput({
    profile: aProfile({}, { engine: "simulator" }),
    model: aModel({}, { place: "missing" }),
    gpus: [],
  });
  expect(preflight(input)).toEqual([]);
});

test("the gravest finding comes first", () => {
  const severities = preflight(anInput({ model: aModel(undefined, { place: "missing" }), gpus: [] })).map(
    (one) => one.severity,
  );
  expect(severities[0]).toBe("stop");
  expect(severities).toContain("warn");
});

describe("free GPU memory against the share", () => {
  const busy = [aGpu({ freeMiB: 17_000 })];

  test("enough: nothing is said", () => {
    expect(codesOf(withFlags({ "gpu-memory-utilization": 0.9 }))).not.toContain("gpu.memory");
  });

  test("a share that we chose is lowered to what fits", () => {
    // 17,000 / 24,564 − 0.02 = 0.672
    expect(findingOf("gpu.memory", withFlags({ "gpu-memory-utilization": 0.9 }, [], { gpus: busy }))).toMatchObject({
      severity: "warn",
      change: { flags: { "gpu-memory-utilization": 0.67 } },
    });
  });

  test("vLLM's own default counts as ours, and is 0.92 since 0.21", () => {
    const nearly = [aGpu({ freeMiB: Math.ceil(24_564 * 0.93) })];
    expect(codesOf(withFlags({}, [], { gpus: nearly }))).toContain("gpu.memory");
    expect(codesOf(withFlags({}, [], { gpus: nearly, vllmVersion: "0.20.1" }))).not.toContain("gpu.memory");
  });

  test("a share that the user chose stops the start, with the number that would fit", () => {
    const finding = findingOf(
      "gpu.memory",
      withFlags({ "gpu-memory-utilization": 0.9 }, ["gpu-memory-utilization"], { gpus: busy }),
    );
    expect(finding).toMatchObject({ severity: "stop", change: { flags: { "gpu-memory-utilization": 0.67 } } });
    expect(finding?.text).toContain("16.6 GiB of 24.0 GiB are free");
    expect(finding?.text).toContain("--gpu-memory-utilization 0.67");
  });

  test("by a hair enough: the user is warned and not stopped", () => {
    const gpus = [aGpu({ freeMiB: Math.ceil(24_564 * 0.905) })];
    expect(
      findingOf("gpu.memory", withFlags({ "gpu-memory-utilization": 0.9 }, ["gpu-memory-utilization"], { gpus })),
    ).toMatchObject({
      severity: "warn",
    });
  });

  test("hardly anything free: stop, whoever chose", () => {
    expect(findingOf("gpu.occupied", withFlags({}, [], { gpus: [aGpu({ freeMiB: 1500 })] }))).toMatchObject({
      severity: "stop",
    });
  });

  test("of several GPUs that are taken the fullest decides", () => {
    const gpus = [aGpu(), aGpu({ index: 1, freeMiB: 12_282 }), aGpu({ index: 2, freeMiB: 100 })];
    expect(findingOf("gpu.memory", withFlags({ "tensor-parallel-size": 2 }, [], { gpus }))).toMatchObject({
      change: { flags: { "gpu-memory-utilization": 0.48 } },
    });
  });

  test("GPUs that are hidden from the engine do not count", () => {
    const gpus = [aGpu({ freeMiB: 100 }), aGpu({ index: 1 })];
    expect(codesOf(withFlags({}, [], { gpus, env: { CUDA_VISIBLE_DEVICES: "1" } }))).not.toContain("gpu.occupied");
    const profile = aProfile({ "max-model-len": 8192 }, { env: { CUDA_VISIBLE_DEVICES: "0" } });
    expect(codesOf(anInput({ profile, gpus, env: { CUDA_VISIBLE_DEVICES: "1" } }))).toContain("gpu.occupied");
  });

  test("a hidden GPU may be named by its UUID; a name of another kind says nothing", () => {
    const gpus = [aGpu({ freeMiB: 100 }), aGpu({ index: 1, uuid: "GPU-aaaaaaaa-1" })];
    expect(codesOf(anInput({ gpus, env: { CUDA_VISIBLE_DEVICES: "GPU-aaaaaaaa" } }))).not.toContain("gpu.occupied");
    expect(codesOf(anInput({ gpus, env: { CUDA_VISIBLE_DEVICES: "MIG-1234abcd" } }))).not.toContain("gpu.occupied");
  });

  test("among different GPUs the one with the most room decides, for it may be the taken one", () => {
    const gpus = [
      aGpu({ freeMiB: 100 }),
      aGpu({ index: 1, name: "NVIDIA RTX A6000", totalMiB: 49_140, freeMiB: 48_500 }),
    ];
    expect(codesOf(anInput({ gpus }))).not.toContain("gpu.occupied");
  });

  test("the number is rounded down, in hundredths", () => {
    expect(shareThatFits(17_000, 24_564)).toBe(0.67);
    expect(shareThatFits(9200, 10_000)).toBe(0.9);
    expect(shareThatFits(9199, 10_000)).toBe(0.89);
    expect(shareThatFits(100, 10_000)).toBe(0);
  });

  test("what is proposed always fits with two hundredths to spare", () => {
    const total = fc.integer({ min: 1000, max: 200_000 });
    fc.assert(
      fc.property(total, fc.double({ min: 0, max: 1, noNaN: true }), (totalMiB, freeShare) => {
        const share = shareThatFits(totalMiB * freeShare, totalMiB);
        expect(share).toBeLessThanOrEqual(Math.max(0, freeShare - 0.02) + 1e-6);
        expect(share).toBeGreaterThan(freeShare - 0.03 - 1e-6);
      }),
    );
  });
});

describe("the GPU's age", () => {
  const p40 = aGpu({ name: "Tesla P40", computeCapability: "6.1" });

  test("a P40 is told plainly, with the commands that run the same file on Ollama", () => {
    const finding = findingOf(
      "gpu.tooOld",
      anInput({ gpus: [p40], ollamaName: "llama3.1:8b", file: "requests.jsonl" }),
    );
    expect(finding?.severity).toBe("stop");
    expect(finding?.text).toContain("The Tesla P40 (compute capability 6.1) is too old for vLLM");
    expect(finding?.text).toContain("ollama pull llama3.1:8b");
    expect(finding?.text).toContain(
      "vllm-batch run requests.jsonl --endpoint http://127.0.0.1:11434 --model llama3.1:8b",
    );
  });

  test("without a name at Ollama it says where to find one", () => {
    expect(findingOf("gpu.tooOld", anInput({ gpus: [p40] }))?.text).toContain("ollama pull NAME");
  });

  test("a P40 beside a newer GPU stops nothing", () => {
    expect(codesOf(anInput({ gpus: [p40, aGpu({ index: 1 })] }))).not.toContain("gpu.tooOld");
  });

  test("a V100 depends on the build", () => {
    const gpus = [aGpu({ name: "Tesla V100", computeCapability: 7 })];
    expect(findingOf("gpu.oldBuildNeeded", anInput({ gpus }))).toMatchObject({ severity: "warn" });
    expect(codesOf(anInput({ gpus, vllmVersion: "0.10.2" }))).not.toContain("gpu.oldBuildNeeded");
  });

  test("no GPU at all is said and stops nothing; not on a CPU build", () => {
    expect(findingOf("gpu.none", anInput({ gpus: [] }))).toMatchObject({ severity: "warn" });
    expect(codesOf(anInput({ gpus: [], vllmVersion: "0.32.0+cpu" }))).not.toContain("gpu.none");
    const profile = aProfile({}, { env: { VLLM_CPU_KVCACHE_SPACE: "4" } });
    expect(codesOf(anInput({ gpus: [], profile }))).not.toContain("gpu.none");
  });
});

describe("bfloat16 on an old GPU", () => {
  const t4 = [aGpu({ name: "Tesla T4", computeCapability: 7.5 })];

  test("a model stored in it gets half, and is told", () => {
    expect(findingOf("gpu.bfloat16", anInput({ gpus: t4 }))).toMatchObject({
      severity: "warn",
      change: { flags: { dtype: "half" } },
    });
  });

  test("a user who set it is stopped", () => {
    expect(findingOf("gpu.bfloat16", withFlags({ dtype: "bfloat16" }, ["dtype"], { gpus: t4 }))).toMatchObject({
      severity: "stop",
    });
  });

  test("Gemma needs float32 there", () => {
    const model = aModel(configs.gemma3_4b);
    expect(findingOf("gpu.bfloat16", anInput({ gpus: t4, model }))).toMatchObject({
      change: { flags: { dtype: "float32" } },
    });
  });

  test("nothing where it does not matter", () => {
    expect(codesOf(anInput())).not.toContain("gpu.bfloat16");
    expect(codesOf(anInput({ gpus: t4, model: aModel(configs.qwen25_7b_awq) }))).not.toContain("gpu.bfloat16");
    expect(codesOf(withFlags({ dtype: "half" }, ["dtype"], { gpus: t4 }))).not.toContain("gpu.bfloat16");
  });
});

describe("quantization", () => {
  const on = (capability: number): PreflightGpu[] => [aGpu({ name: "some GPU", computeCapability: capability })];
  const fp8 = aModel(configs.qwen3_30b_a3b_fp8);
  const awq = aModel(configs.qwen25_7b_awq);

  test.each<[string, PreflightInput, boolean]>([
    ["fp8 on 7.5 before 0.14", anInput({ model: fp8, gpus: on(7.5), vllmVersion: "0.11.2" }), true],
    ["fp8 on 7.5 since 0.14", anInput({ model: fp8, gpus: on(7.5), vllmVersion: "0.14.0" }), false],
    ["fp8 on 7.5, version unknown", anInput({ model: fp8, gpus: on(7.5), vllmVersion: null }), false],
    ["fp8 on 7.0", anInput({ model: fp8, gpus: on(7), vllmVersion: null }), true],
    ["awq on 7.0", anInput({ model: awq, gpus: on(7), vllmVersion: "0.10.0" }), true],
    ["awq on 7.5", anInput({ model: awq, gpus: on(7.5), vllmVersion: "0.10.0" }), false],
    [
      "awq_marlin by flag on 7.5 before 0.14",
      withFlags({ quantization: "gptq_marlin_24" }, [], { gpus: on(7.5) }),
      true,
    ],
    ["a method that nobody knows", withFlags({ quantization: "bitmagic" }, [], { gpus: on(7.5) }), false],
    [
      "capability not known",
      anInput({ model: fp8, gpus: [aGpu({ computeCapability: null })], vllmVersion: "0.11.0" }),
      false,
    ],
  ])("%s", (_, input, stops) => {
    expect(codesOf(input).includes("quantization.unsupportedGpu")).toBe(stops);
  });

  test("numbers that the GPU only stores are said to be so", () => {
    expect(findingOf("quantization.weightOnly", anInput({ model: fp8, gpus: on(8.6) }))).toMatchObject({
      severity: "info",
    });
    expect(codesOf(anInput({ model: fp8 }))).not.toContain("quantization.weightOnly");
  });

  test("a flag that the checkpoint makes needless is dropped", () => {
    expect(
      findingOf("quantization.flagNotNeeded", withFlags({ quantization: "awq" }, ["quantization"], { model: awq })),
    ).toMatchObject({
      severity: "warn",
      change: { flags: { quantization: null } },
    });
  });

  test("a flag that contradicts the checkpoint stops the user, and is dropped where it is ours", () => {
    const change = { flags: { quantization: null } };
    expect(
      findingOf("quantization.mismatch", withFlags({ quantization: "gptq" }, ["quantization"], { model: awq })),
    ).toMatchObject({ severity: "stop", change });
    expect(findingOf("quantization.mismatch", withFlags({ quantization: "gptq" }, [], { model: awq }))).toMatchObject({
      severity: "warn",
      change,
    });
  });

  test("the name of a kernel for the checkpoint's method is no contradiction", () => {
    expect(codesOf(withFlags({ quantization: "awq_marlin" }, [], { model: awq }))).not.toContain(
      "quantization.mismatch",
    );
  });

  test("a checkpoint without quantization has nothing for awq to read, but can be made fp8 while it loads", () => {
    expect(
      findingOf("quantization.checkpointIsNot", withFlags({ quantization: "awq" }, ["quantization"])),
    ).toMatchObject({ severity: "stop" });
    expect(codesOf(withFlags({ quantization: "fp8" }))).not.toContain("quantization.checkpointIsNot");
    const unknown = aModel({}, { shape: null });
    expect(codesOf(withFlags({ quantization: "awq" }, [], { model: unknown }))).not.toContain(
      "quantization.checkpointIsNot",
    );
  });

  test("bitsandbytes needs its own package since 0.28", () => {
    expect(findingOf("quantization.plugin", withFlags({ quantization: "bitsandbytes" }))?.text).toContain(
      "pip install vllm-bnb-plugin",
    );
    expect(codesOf(withFlags({ quantization: "bitsandbytes" }, [], { vllmVersion: "0.27.1" }))).not.toContain(
      "quantization.plugin",
    );
  });
});

describe("tensor parallel", () => {
  const gpus = (count: number): PreflightGpu[] => Array.from({ length: count }, (_, index) => aGpu({ index }));

  test("more GPUs than there are: the largest split that is there and divides", () => {
    const finding = findingOf(
      "parallel.gpus",
      withFlags({ "tensor-parallel-size": 8 }, ["tensor-parallel-size"], { gpus: gpus(3) }),
    );
    expect(finding).toMatchObject({ severity: "stop", change: { flags: { "tensor-parallel-size": 2 } } });
    expect(finding?.text).toContain(
      "8 GPUs are asked for (tensor parallel 8), and 3 can be used. Set --tensor-parallel-size 2.",
    );
  });

  test("heads that cannot be divided", () => {
    // 28 heads, 4 of them for keys and values.
    const model = aModel(configs.qwen25_7b);
    expect(
      findingOf("parallel.heads", withFlags({ "tensor-parallel-size": 8 }, [], { gpus: gpus(8), model })),
    ).toMatchObject({
      severity: "warn",
      change: { flags: { "tensor-parallel-size": 4 } },
    });
    expect(codesOf(withFlags({ "tensor-parallel-size": 4 }, [], { gpus: gpus(4), model }))).not.toContain(
      "parallel.heads",
    );
  });

  test("fewer key-value heads than GPUs are repeated", () => {
    const model = aModel({ ...configs.llama31_8b, num_key_value_heads: 2 });
    expect(codesOf(withFlags({ "tensor-parallel-size": 4 }, [], { gpus: gpus(4), model }))).not.toContain(
      "parallel.heads",
    );
  });

  test("other machines, or GPUs that could not be read, bound nothing", () => {
    const flags = { "tensor-parallel-size": 8 };
    expect(
      codesOf(withFlags({ ...flags, "distributed-executor-backend": "ray" }, [], { gpus: gpus(1) })),
    ).not.toContain("parallel.gpus");
    expect(codesOf(withFlags({ ...flags, nnodes: 2 }, [], { gpus: gpus(4) }))).not.toContain("parallel.gpus");
    expect(codesOf(withFlags(flags, [], { gpus: null }))).not.toContain("parallel.gpus");
  });
});

describe("where the model is", () => {
  const away = aModel({}, { place: "away", shape: null, weights: null, complete: null, missingBytes: null });

  test.each<[string, Partial<PreflightInput["model"]>, string, PreflightFinding["severity"]]>([
    ["a path with nothing there", { place: "missing" }, "model.pathMissing", "stop"],
    ["no path and no name", { place: "unknown" }, "model.name", "stop"],
    ["away and offline", { ...away, offline: true }, "model.offline", "stop"],
    ["partly here and offline", { complete: false, offline: true }, "model.offline", "stop"],
    ["away, size unknown", away, "model.download", "info"],
    ["away, size known", { ...away, missingBytes: 16e9 }, "model.download", "info"],
    ["larger than the disk", { ...away, missingBytes: 600e9 }, "model.diskFull", "stop"],
    ["perhaps larger than the disk", { ...away, weights: { bytes: 600e9, source: "shape" } }, "model.diskFull", "warn"],
    ["gated, no token", { ...away, gated: true }, "model.gated", "stop"],
    ["gated, with a token", { ...away, gated: true, tokenPresent: true }, "model.gated", "info"],
    ["probably gated, no token", { ...away, name: "meta-llama/Llama-3.1-8B" }, "model.gated", "warn"],
    ["not on the Hub", { ...away, existsOnHub: false }, "model.notOnHub", "stop"],
    ["a folder without config.json", { place: "folder", problem: "there is no config.json" }, "model.noConfig", "stop"],
    ["a folder that lacks shards", { place: "folder", complete: false }, "model.incomplete", "stop"],
    ["a folder without weights", { place: "folder", complete: null }, "model.noWeights", "warn"],
    ["a folder without a tokenizer", { place: "folder", tokenizer: false }, "model.noTokenizer", "warn"],
  ])("%s", (_, changes, code, severity) => {
    expect(findingOf(code, anInput({ model: aModel(undefined, changes) }))).toMatchObject({ code, severity });
  });

  test("says how much is to be downloaded and how much room there is", () => {
    const model = aModel(undefined, { ...away, missingBytes: 16 * 2 ** 30 });
    expect(findingOf("model.download", anInput({ model }))?.text).toContain("(16.0 GiB, 500.0 GiB are free in /cache)");
  });

  test("a gated model that is wholly here needs no token", () => {
    expect(codesOf(anInput({ model: aModel(undefined, { gated: true }) }))).not.toContain("model.gated");
  });

  test("random weights need no files", () => {
    const model = aModel(undefined, { place: "folder", complete: null, weights: null });
    expect(codesOf(withFlags({ "load-format": "dummy" }, [], { model }))).not.toContain("model.noWeights");
    const cached = aModel(undefined, { complete: false, offline: true });
    expect(codesOf(withFlags({ "load-format": "dummy" }, [], { model: cached }))).not.toContain("model.offline");
  });
});

describe("what the requests ask", () => {
  const base = aModel(undefined, { chatTemplate: false });

  test("chat without a template is told", () => {
    expect(
      findingOf("model.noChatTemplate", anInput({ model: base, endpoints: ["/v1/chat/completions"] })),
    ).toMatchObject({ severity: "warn" });
  });

  test("not for completions, an unknown template, a given one, or unknown requests", () => {
    const chat = { endpoints: ["/v1/chat/completions"] };
    expect(codesOf(anInput({ model: base, endpoints: ["/v1/completions"] }))).not.toContain("model.noChatTemplate");
    expect(codesOf(anInput({ model: aModel(undefined, { chatTemplate: null }), ...chat }))).not.toContain(
      "model.noChatTemplate",
    );
    expect(codesOf(withFlags({ "chat-template": "t.jinja" }, [], { model: base, ...chat }))).not.toContain(
      "model.noChatTemplate",
    );
    expect(codesOf(anInput({ model: base }))).not.toContain("model.noChatTemplate");
  });
});

describe("length and room", () => {
  test("longer than the model: the model's length", () => {
    const flags = { "max-model-len": 200_000 };
    expect(findingOf("length.model", withFlags(flags, ["max-model-len"]))).toMatchObject({
      severity: "stop",
      change: { flags: { "max-model-len": 131_072 } },
    });
    const allowed = { env: { VLLM_ALLOW_LONG_MAX_MODEL_LEN: "1" } };
    expect(codesOf(withFlags(flags, [], allowed))).not.toContain("length.model");
  });

  test("without a length: one that has room is proposed, and nobody is stopped by an estimate", () => {
    const finding = findingOf("fit.length", anInput({ profile: aProfile() }));
    expect(finding?.severity).toBe("warn");
    expect(finding?.change?.flags?.["max-model-len"]).toBeGreaterThan(10_000);
    expect(finding?.text).toContain("Runs and `engine start` take that length by themselves.");
    expect(finding?.text).not.toContain("this start");
  });

  test("vLLM's own automatic length needs no proposal", () => {
    expect(codesOf(anInput({ profile: aProfile({ "max-model-len": "auto" }) }))).not.toContain("fit.length");
  });

  test("weights that exceed the share stop; estimated ones warn", () => {
    const gpus = [aGpu({ totalMiB: 12_288, freeMiB: 12_000 })];
    expect(findingOf("fit.weights", anInput({ gpus }))).toMatchObject({ severity: "stop" });
    const guessed = aModel();
    const model = { ...guessed, weights: { bytes: guessed.weights?.bytes ?? 0, source: "shape" as const } };
    expect(findingOf("fit.weights", anInput({ gpus, model }))).toMatchObject({ severity: "warn" });
    expect(findingOf("fit.weights", withFlags({ quantization: "fp8" }, [], { gpus }))?.severity).not.toBe("stop");
  });

  test("the room is that of the share after it was lowered", () => {
    const gpus = [aGpu({ freeMiB: 19_000 })];
    const whole = findingOf("fit.length", anInput({ profile: aProfile() }))?.change?.flags?.["max-model-len"];
    const lowered = findingOf("fit.length", anInput({ profile: aProfile(), gpus }))?.change?.flags?.["max-model-len"];
    expect(Number(lowered ?? 0)).toBeLessThan(Number(whole));
  });

  test("what an engine measured decides instead", () => {
    const measured = { weightsGiB: 15, kvCacheGiB: 0.5, kvCacheTokens: 4096, maxModelLen: null, maxConcurrency: null };
    expect(findingOf("fit.length", anInput({ measured }))).toMatchObject({
      change: { flags: { "max-model-len": 4096 } },
    });
  });
});

test("unknown data never stops a start", () => {
  const nothing = aModel(
    {},
    {
      shape: null,
      weights: null,
      complete: null,
      missingBytes: null,
      chatTemplate: null,
      tokenizer: null,
      freeBytes: null,
    },
  );
  const blank = { uuid: null, name: null, totalMiB: null, freeMiB: null, computeCapability: null };
  const flag = fc.constantFrom("gpu-memory-utilization", "max-model-len", "quantization", "dtype");
  fc.assert(
    fc.property(
      fc.constantFrom(null, 0, 1, 2),
      fc.constantFrom<("cache" | "away" | "folder")[]>("cache", "away", "folder"),
      fc.dictionary(
        flag,
        fc.oneof(fc.string(), fc.integer({ min: 1, max: 1 }), fc.constantFrom("awq", "fp8", "bfloat16", "0.9", "8192")),
      ),
      (gpuCount, place, flags) => {
        const gpus = gpuCount === null ? null : Array.from({ length: gpuCount }, (_, index) => ({ index, ...blank }));
        const model = { ...nothing, place };
        const chosen = new Set(Object.keys(flags));
        const input = anInput({ gpus, model, vllmVersion: null, profile: aProfile(flags), chosenByUser: chosen });
        expect(preflight(input).filter(({ severity }) => severity === "stop")).toEqual([]);
      },
    ),
  );
});
