/** Does a model fit on a GPU, and with how long a context? Estimated, or computed from what an engine measured. */
import type { MeasuredCapacity } from "../../protocol/engine.ts";
import { atLeast } from "./atLeast.ts";
import type { FitSettings } from "./fitSettings.ts";
import { fitSentence } from "./fitSentence.ts";
import { BLOCK_TOKENS, cacheCost, longestRequest, requestBytes, type CacheCost } from "./kvCache.ts";
import type { ModelShape } from "./modelShape.ts";
import { estimateOverhead, type Overhead } from "./overhead.ts";

const GIB = 2 ** 30;

/** A context shorter than this is of no use for a batch, unless the model has no longer one. */
const SHORTEST_USEFUL = 2048;

/** CUDA sees this much less than nvidia-smi shows: 23.58 of 24.00 (#10517), 79.22 of 79.65 GiB (#10511). */
const DRIVER_GIB = 0.43;

export interface FitInput {
  /** null: config.json is not known. */
  shape: ModelShape | null;
  /** Of the whole model, before it is split over GPUs. null: not known. */
  weights: { bytes: number; exact: boolean } | null;
  /** Of the smallest GPU that takes part, as nvidia-smi shows it. null: not known. */
  gpuGiB: number | null;
  settings: FitSettings;
  vllmVersion: string | null;
  /** What an engine with these settings said at its start; null: it has not run yet. */
  measured: MeasuredCapacity | null;
}

export interface Fit {
  fits: "yes" | "no" | "unknown";
  /** On each GPU, as all that follows. null: not known. */
  weightsGiB: number | null;
  overhead: Overhead | null;
  /** What is left for the KV cache; below zero: so much is missing. */
  kvCacheGiB: number | null;
  /** Of a request that grows by one token, before any window is full. */
  kvPerTokenBytes: number | null;
  cost: CacheCost | null;
  /** The asked length, or the model's own. null: neither is known. */
  maxModelLen: number | null;
  /** The longest request for which there is room. No longer than the model's own length. */
  largestMaxModelLen: number | null;
  /** A rounder and safer length, for a setting; null when the asked one fits, or none does. */
  suggestedMaxModelLen: number | null;
  /** How far the estimate may be off, GiB; 0 for a measured one. */
  marginGiB: number;
  /** Names of what had to be estimated, and of what is not known. */
  estimated: string[];
  unknown: string[];
  /** One or two sentences for a person. */
  why: string;
}

export function estimateFit(input: FitInput): Fit {
  const { shape, settings } = input;
  const limits = defaultLimits(settings, input.gpuGiB);
  const cost = measuredCost(input.measured, estimatedCost(input, limits));
  const memory = cacheMemory(input, limits);
  const maxModelLen = settings.maxModelLen ?? input.measured?.maxModelLen ?? shape?.maxPositions?.tokens ?? null;
  const largest = largestLength(input, cost, memory.kvCacheGiB);
  const known = { ...memory, cost, maxModelLen, largestMaxModelLen: largest };
  const verdict = judge(input, known);
  const fit = {
    fits: verdict,
    ...known,
    kvPerTokenBytes: cost === null ? null : cost.fullPerToken + cost.slidingPerToken,
    suggestedMaxModelLen: suggestLength(input, known),
    ...whatIsNotKnown(input, cost, memory),
  };
  return { ...fit, why: fitSentence(fit, settings.autoMaxModelLen) };
}

function estimatedCost({ shape, settings, vllmVersion }: FitInput, limits: Limits): CacheCost | null {
  if (shape === null) return null;
  return cacheCost(shape, {
    // Scheduling is asynchronous by default since vLLM 0.14: two steps are on their way.
    tokensInFlight:
      limits.maxNumBatchedTokens * Math.max(atLeast(vllmVersion, 14) === false ? 1 : 2, settings.pipelineParallel),
    valueBytes: valueBytes(settings),
    tensorParallel: settings.tensorParallel,
    pipelineParallel: settings.pipelineParallel,
    // Layers with and without a window share a cache since vLLM 0.10.
    dropsOutsideWindow: atLeast(vllmVersion, 10) !== false,
  });
}

/** Memory and tokens that an engine logged, divided; of a cache with windows these are no cost per token. */
function measuredCost(measured: MeasuredCapacity | null, estimated: CacheCost | null): CacheCost | null {
  const { kvCacheGiB, kvCacheTokens } = measured ?? { kvCacheGiB: null, kvCacheTokens: null };
  const hasWindow = (estimated?.slidingPerToken ?? 0) > 0;
  if (kvCacheGiB === null || kvCacheTokens === null || kvCacheTokens <= 0 || hasWindow) return estimated;
  return { fullPerToken: (kvCacheGiB * GIB) / kvCacheTokens, slidingPerToken: 0, slidingTokens: Infinity };
}

/** How many requests of this length have room at once; null when not known. */
export function concurrencyAt(fit: Pick<Fit, "cost" | "kvCacheGiB">, tokens: number): number | null {
  if (fit.cost === null || fit.kvCacheGiB === null || tokens <= 0) return null;
  const each = requestBytes(fit.cost, tokens);
  return each === 0 ? null : (Math.max(0, fit.kvCacheGiB) * GIB) / each;
}

interface Limits {
  maxNumSeqs: number;
  maxNumBatchedTokens: number;
}

/**
 * vLLM's own defaults: larger on GPUs of 70 GiB and more (vLLM 0.32, engine/arg_utils.py). It makes an exception of the
 * A100, whose name is not asked here: its estimate is then some tenths of a GiB too cautious.
 */
function defaultLimits(settings: FitSettings, gpuGiB: number | null): Limits {
  const size = gpuGiB ?? 0;
  const factor = settings.doublesBatch ? 2 : 1;
  return {
    maxNumSeqs: settings.maxNumSeqs ?? factor * (size >= 70 ? 1024 : 256),
    maxNumBatchedTokens: settings.maxNumBatchedTokens ?? factor * (size >= 160 ? 16_384 : size >= 70 ? 8192 : 2048),
  };
}

function valueBytes({ kvCacheDtype, dtype }: FitSettings): number {
  if (kvCacheDtype.startsWith("fp8")) return 1;
  return kvCacheDtype === "float32" || (kvCacheDtype === "auto" && dtype.startsWith("float32")) ? 4 : 2;
}

/** `--gpu-memory-utilization` where it is not set: 0.92 since vLLM 0.21 (#38284), 0.9 before. */
export function defaultShare(version: string | null): number {
  return atLeast(version, 21) === false ? 0.9 : 0.92;
}

interface Memory {
  weightsGiB: number | null;
  overhead: Overhead | null;
  kvCacheGiB: number | null;
  marginGiB: number;
}

function cacheMemory(input: FitInput, limits: Limits): Memory {
  const { settings, weights, gpuGiB, measured } = input;
  const parts = settings.tensorParallel * settings.pipelineParallel;
  const weightsGiB = measured?.weightsGiB ?? (weights === null ? null : weights.bytes / parts / GIB);
  const overhead = overheadOf(input, limits);
  const exact = measured?.kvCacheGiB ?? (settings.kvCacheBytes === null ? null : settings.kvCacheBytes / GIB);
  if (exact !== null) return { weightsGiB, overhead, kvCacheGiB: exact, marginGiB: 0 };
  const unknown = { weightsGiB, overhead, kvCacheGiB: null, marginGiB: 0 };
  if (weightsGiB === null || gpuGiB === null || settings.offloads) return unknown;
  const share = settings.gpuMemoryUtilization ?? defaultShare(input.vllmVersion);
  const besides = overhead === null ? 0 : overhead.libraries + overhead.activations + overhead.graphs;
  const kvCacheGiB = Math.max(0, gpuGiB - DRIVER_GIB) * share - weightsGiB - besides;
  // Without a configuration only one thing can be told: that not even the weights have room.
  if (overhead === null && kvCacheGiB > 0) return unknown;
  const marginGiB = marginOf(gpuGiB, besides, weightsGiB, weights?.exact !== false);
  return { weightsGiB, overhead, kvCacheGiB, marginGiB };
}

function overheadOf({ shape, settings, vllmVersion }: FitInput, limits: Limits): Overhead | null {
  if (shape === null) return null;
  return estimateOverhead(shape, {
    ...limits,
    tensorParallel: settings.tensorParallel,
    // Graphs are part of the share since vLLM 0.21 (#38284); before, they came on top of it.
    graphsCount: !settings.eager && atLeast(vllmVersion, 21) !== false,
  });
}

/** As wide as the logged starts of docs/fit.md were off, or wider. */
function marginOf(gpuGiB: number, besides: number, weightsGiB: number, exact: boolean): number {
  return 0.2 + 0.01 * gpuGiB + 0.25 * besides + (exact ? 0.01 : 0.05) * weightsGiB;
}

function largestLength(input: FitInput, cost: CacheCost | null, kvCacheGiB: number | null): number | null {
  if (cost === null || kvCacheGiB === null) return null;
  const room = longestRequest(cost, kvCacheGiB * GIB);
  const longest = Math.min(room, input.shape?.maxPositions?.tokens ?? Infinity);
  if (longest === Infinity) return null;
  return longest === room ? Math.floor(longest / BLOCK_TOKENS) * BLOCK_TOKENS : longest;
}

type Known = Pick<Fit, "kvCacheGiB" | "marginGiB" | "cost" | "maxModelLen">;

/** Without an asked length the question is whether any useful one fits: a person then sets that. */
function judge(input: FitInput, known: Known): Fit["fits"] {
  const { kvCacheGiB, marginGiB, cost } = known;
  if (kvCacheGiB === null) return "unknown";
  if (kvCacheGiB + marginGiB <= 0) return "no";
  const own = input.shape?.maxPositions?.tokens ?? SHORTEST_USEFUL;
  const length = input.settings.maxModelLen ?? Math.min(own, SHORTEST_USEFUL);
  if (cost === null) return "unknown";
  const needed = requestBytes(cost, length) / GIB;
  if (needed <= kvCacheGiB - marginGiB) return "yes";
  return needed > kvCacheGiB + marginGiB ? "no" : "unknown";
}

function suggestLength(input: FitInput, known: Known): number | null {
  const { kvCacheGiB, marginGiB, cost, maxModelLen } = known;
  if (kvCacheGiB === null || cost === null || maxModelLen === null || input.settings.autoMaxModelLen) return null;
  if (requestBytes(cost, maxModelLen) <= (kvCacheGiB - marginGiB) * GIB) return null;
  const safe = longestRequest(cost, (kvCacheGiB - marginGiB) * GIB);
  const rounded = Math.floor(safe / 1024) * 1024;
  return rounded >= Math.min(SHORTEST_USEFUL, maxModelLen) ? Math.min(rounded, maxModelLen) : null;
}

function whatIsNotKnown(input: FitInput, cost: CacheCost | null, memory: Memory): Pick<Fit, "estimated" | "unknown"> {
  const measured = typeof input.measured?.kvCacheGiB === "number";
  const estimated = [
    memory.weightsGiB !== null && typeof input.measured?.weightsGiB !== "number" && input.weights?.exact === false
      ? "weights"
      : null,
    memory.kvCacheGiB !== null && !measured && input.settings.kvCacheBytes === null ? "overhead" : null,
    (input.shape?.layers?.linear ?? 0) > 0 ? "the fixed state of linear layers, which is left out" : null,
  ];
  const unknown = [
    input.shape === null ? "config.json" : cost === null ? "KV cache per token (config.json leaves it out)" : null,
    memory.weightsGiB === null ? "size of the weights" : null,
    input.gpuGiB === null && memory.kvCacheGiB === null ? "GPU memory" : null,
    input.settings.offloads ? "what offloading to the CPU leaves on the GPU" : null,
  ];
  return {
    estimated: estimated.filter((name) => name !== null),
    unknown: unknown.filter((name) => name !== null),
  };
}
