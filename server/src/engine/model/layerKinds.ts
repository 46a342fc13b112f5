import { property } from "../../util/unknown.ts";
import { countAt, textsAt } from "./configValue.ts";

/** How many layers keep what of a request. */
export interface LayerKinds {
  /** Keep every token. */
  full: number;
  /** Keep the last `window` tokens (sliding window, or chunks of that length). */
  sliding: number;
  /** Tokens a sliding layer keeps; 0 when there is none. */
  window: number;
  /** Keep a state of fixed size (linear attention, Mamba): it costs nothing per token. */
  linear: number;
}

const slidingNames = new Set(["sliding_attention", "chunked_attention", "local_attention", "local"]);
const linearNames = new Set(["linear_attention", "mamba", "mamba2", "conv", "recurrent", "linear"]);

/** Every nth layer is a full one, where the configuration leaves it to the model's code. */
const patternOfType: Readonly<Record<string, number>> = { gemma2: 2, gemma3_text: 6, gemma3: 6, cohere2: 4 };

/** Types in which `sliding_window` alone means all layers; in others it is often a left-over of a base model. */
const slidesThroughout = new Set(["mistral", "mixtral"]);

/**
 * The kinds of `layers` layers. Where nothing is said of windows, all are full: that costs the most memory, so a
 * wrong guess errs towards "does not fit".
 */
export function readLayerKinds(config: unknown, layers: number, modelType: string | null): LayerKinds {
  const window = countAt(config, "sliding_window", "attention_chunk_size") ?? 0;
  const named = textsAt(config, "layer_types").slice(0, layers);
  if (named.length > 0) return countNamed(named, layers, window);
  const linear = linearLayers(config, layers);
  if (linear > 0) return { full: layers - linear, sliding: 0, window: 0, linear };
  if (window === 0 || property(config, "use_sliding_window") === false) return allFull(layers);
  const pattern =
    countAt(config, "sliding_window_pattern") ?? (modelType === null ? undefined : patternOfType[modelType]);
  if (pattern !== undefined) {
    const full = Math.floor(layers / pattern);
    return { full, sliding: layers - full, window, linear: 0 };
  }
  if (modelType !== null && slidesThroughout.has(modelType)) return { full: 0, sliding: layers, window, linear: 0 };
  return allFull(layers);
}

function allFull(layers: number): LayerKinds {
  return { full: layers, sliding: 0, window: 0, linear: 0 };
}

function countNamed(named: readonly string[], layers: number, window: number): LayerKinds {
  const linear = named.filter((name) => linearNames.has(name)).length;
  const sliding = window === 0 ? 0 : named.filter((name) => slidingNames.has(name)).length;
  return { full: layers - linear - sliding, sliding, window: sliding === 0 ? 0 : window, linear };
}

/** Hybrids that name no kinds: every nth layer has attention (Qwen3-Next), or a pattern of letters (Nemotron-H). */
function linearLayers(config: unknown, layers: number): number {
  const every = countAt(config, "full_attention_interval", "attn_layer_period");
  if (every !== null) return layers - Math.floor(layers / every);
  const pattern = property(config, "hybrid_override_pattern");
  if (typeof pattern !== "string" || pattern.length !== layers) return 0;
  return layers - (pattern.match(/\*/g)?.length ?? 0);
}
