/** What one request keeps in the KV cache of one GPU. */
import type { ModelShape } from "./modelShape.ts";

/** A request takes whole blocks, of 16 tokens on a GPU. */
export const BLOCK_TOKENS = 16;

/** Bytes on one GPU. */
export interface CacheCost {
  /** Of each token, in layers that keep all of them. */
  fullPerToken: number;
  /** Of each token within the window, in layers that keep no more. */
  slidingPerToken: number;
  /** Tokens those keep at most: the window, and the step that is being computed. Infinity without such layers. */
  slidingTokens: number;
}

export interface CacheSettings {
  /** Bytes of one value: 2, or 1 for an fp8 cache. */
  valueBytes: number;
  tensorParallel: number;
  pipelineParallel: number;
  /** Tokens that are being computed at once: two steps of them where scheduling is asynchronous. */
  tokensInFlight: number;
  /** vLLM drops what has left the window; without that, sliding layers keep everything. */
  dropsOutsideWindow: boolean;
}

/** null when the configuration does not say enough. */
export function cacheCost(shape: ModelShape, settings: CacheSettings): CacheCost | null {
  const { layers } = shape;
  const perLayer = bytesPerLayer(shape, settings);
  if (layers === null || perLayer === null) return null;
  const total = layers.full + layers.sliding + layers.linear;
  const keeping = Math.max(0, total - shape.sharedLayers) / total;
  const largestStage = Math.ceil(total / settings.pipelineParallel) / total;
  const part = keeping * largestStage;
  if (layers.sliding === 0 || !settings.dropsOutsideWindow) {
    const all = (layers.full * perLayer.full + layers.sliding * perLayer.sliding) * part;
    return { fullPerToken: all, slidingPerToken: 0, slidingTokens: Infinity };
  }
  const padded = padGroups(layers.full, layers.sliding);
  return {
    fullPerToken: padded.full * perLayer.full * part,
    slidingPerToken: padded.sliding * perLayer.sliding * part,
    // One block more, for a window that begins within one.
    slidingTokens: layers.window - 1 + settings.tokensInFlight + BLOCK_TOKENS,
  };
}

/**
 * Layers of both kinds share one pool, in groups of the same number of layers; a group that is not full is padded
 * (vLLM 0.32, v1/core/kv_cache_utils.py).
 */
function padGroups(full: number, sliding: number): { full: number; sliding: number } {
  const [fewer, more] = [Math.min(full, sliding), Math.max(full, sliding)];
  if (fewer === 0) return { full, sliding };
  const size = more < fewer * 1.5 ? more : fewer;
  return { full: Math.ceil(full / size) * size, sliding: Math.ceil(sliding / size) * size };
}

/** Keys and values of one token in one layer. Heads are split over GPUs; when they run out, each is kept twice. */
function bytesPerLayer(shape: ModelShape, settings: CacheSettings): { full: number; sliding: number } | null {
  const { mla, kvHeads, headDim, fullLayers } = shape;
  if (mla !== null) {
    // One vector for all heads: every GPU keeps it whole.
    const bytes = (mla.latent + mla.rope) * settings.valueBytes;
    return { full: bytes, sliding: bytes };
  }
  if (kvHeads === null || headDim === null) return null;
  const bytes = (heads: number, dim: number): number =>
    2 * Math.max(1, heads / settings.tensorParallel) * dim * settings.valueBytes;
  return {
    full: bytes(fullLayers.kvHeads ?? kvHeads, fullLayers.headDim ?? headDim),
    sliding: bytes(kvHeads, headDim),
  };
}

/** Bytes that one request of this length keeps. */
export function requestBytes(cost: CacheCost, tokens: number): number {
  const inWindow = cost.slidingPerToken === 0 ? 0 : Math.min(tokens, cost.slidingTokens);
  return cost.fullPerToken * tokens + cost.slidingPerToken * inWindow;
}

/** The longest request that these bytes hold; Infinity when it does not grow with its length. */
export function longestRequest(cost: CacheCost, bytes: number): number {
  if (bytes <= 0) return 0;
  const growing = cost.fullPerToken + cost.slidingPerToken;
  if (growing === 0) return Infinity;
  const short = bytes / growing;
  if (cost.slidingPerToken === 0 || short <= cost.slidingTokens) return short;
  return cost.fullPerToken === 0 ? Infinity : (bytes - cost.slidingPerToken * cost.slidingTokens) / cost.fullPerToken;
}
