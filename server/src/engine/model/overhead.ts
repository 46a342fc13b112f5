/** What vLLM needs on one GPU besides weights and KV cache: estimated, with the facts the estimate was made from. */
import type { ModelShape } from "./modelShape.ts";

const GIB = 2 ** 30;

/** GiB on one GPU. */
export interface Overhead {
  /** Libraries and communication buffers, outside PyTorch's own allocator. */
  libraries: number;
  /** The largest step that is tried at the start. */
  activations: number;
  /** Captured CUDA graphs, as far as they count towards the share. */
  graphs: number;
}

export interface OverheadSettings {
  tensorParallel: number;
  maxNumSeqs: number;
  maxNumBatchedTokens: number;
  /** No CUDA graphs, or none within the share. */
  graphsCount: boolean;
}

/** Logged for one GPU: 0.20 to 0.35 GiB (vllm #10517, #13061, #14447); with several, up to 1.2 more (#13061). */
const LIBRARIES_GIB = 0.4;
const COMMUNICATION_GIB = 0.8;

/**
 * Bytes per sequence and word of the vocabulary while sampling is tried with top-k and top-p: 39 and 41 follow from
 * the logged peaks of vllm #13882 (1.42 GiB, 256 × 152,064) and #10511 (1.26 GiB, 256 × 128,256).
 */
const SAMPLER_BYTES = 40;

/** More sequences than were measured: that part of the estimate stays where the measurements end. */
const MEASURED_SEQUENCES = 256;

/** Logged graphs took 0.14 GiB (16 sequences) to 0.6 GiB (256) (vllm #5515, noonghunna/club-3090#1139). */
const SMALL_GRAPHS_GIB = 0.1;
const LARGE_GRAPHS_GIB = 0.5;

export function estimateOverhead(shape: ModelShape, settings: OverheadSettings): Overhead {
  const sequences = Math.min(settings.maxNumSeqs, MEASURED_SEQUENCES);
  return {
    libraries: LIBRARIES_GIB + (settings.tensorParallel > 1 ? COMMUNICATION_GIB : 0),
    activations: Math.max(layerBytes(shape, settings), SAMPLER_BYTES * sequences * (shape.vocabSize ?? 0)) / GIB,
    graphs: settings.graphsCount ? SMALL_GRAPHS_GIB + (LARGE_GRAPHS_GIB * sequences) / MEASURED_SEQUENCES : 0,
  };
}

/**
 * The peak of one layer over a whole step, two bytes a value: the widened rows of the feed-forward part, and the
 * hidden states around it. 20,000 tokens of Llama 3.1 8B: 2.2 GiB estimated, 2.1 logged (vllm #10517).
 */
function layerBytes(shape: ModelShape, settings: OverheadSettings): number {
  const hidden = shape.hiddenSize ?? 0;
  const moe = shape.moe;
  const split = settings.tensorParallel;
  const widened =
    moe === null
      ? (3 * (shape.intermediateSize ?? 0)) / split
      : (moe.expertsPerToken ?? 1) * ((3 * (moe.intermediateSize ?? 0)) / split + hidden);
  return settings.maxNumBatchedTokens * (widened + 4 * hidden) * 2;
}
