import type { ModelFacts } from "../../../server/src/engine/model/modelFacts.ts";
import { readModelShape } from "../../../server/src/engine/model/modelShape.ts";
import { estimateWeightBytes } from "../../../server/src/engine/model/weightEstimate.ts";
import type { PreflightGpu, PreflightInput } from "../../../server/src/engine/preflight/finding.ts";
import type { Flags, Profile } from "../../../server/src/protocol/engine.ts";
import { llama31_8b } from "./modelConfigs.ts";

export function aProfile(flags: Flags = {}, changes: Partial<Profile> = {}): Profile {
  return {
    name: "test",
    engine: "vllm",
    vllm: null,
    model: null,
    servedModelName: null,
    flags,
    env: {},
    startTimeoutSeconds: 600,
    hangSeconds: 120,
    maxCrashes: 3,
    ...changes,
  };
}

/** A model that is wholly in the cache. */
export function aModel(config: unknown = llama31_8b, changes: Partial<ModelFacts> = {}): ModelFacts {
  const shape = readModelShape(config);
  const bytes = shape === null ? null : estimateWeightBytes(shape, shape.quantization);
  return {
    name: "owner/model",
    place: "cache",
    folder: "/cache/model",
    shape,
    weights: bytes === null ? null : { bytes, source: "index" },
    complete: true,
    missingBytes: 0,
    chatTemplate: true,
    tokenizer: true,
    gated: null,
    existsOnHub: null,
    tokenPresent: false,
    offline: false,
    cacheFolder: "/cache",
    freeBytes: 500 * 2 ** 30,
    problem: null,
    ...changes,
  };
}

/** An RTX 4090 with nothing on it. */
export function aGpu(changes: Partial<PreflightGpu> = {}): PreflightGpu {
  return {
    index: 0,
    uuid: "GPU-5f1c7f3e-0000-0000-0000-000000000000",
    name: "NVIDIA GeForce RTX 4090",
    totalMiB: 24_564,
    freeMiB: 24_200,
    computeCapability: 8.9,
    ...changes,
  };
}

export function anInput(changes: Partial<PreflightInput> = {}): PreflightInput {
  return {
    profile: aProfile({ "max-model-len": 8192 }),
    chosenByUser: new Set(),
    model: aModel(),
    gpus: [aGpu()],
    vllmVersion: "0.32.0",
    env: {},
    endpoints: null,
    ollamaName: null,
    file: null,
    measured: null,
    ...changes,
  };
}
