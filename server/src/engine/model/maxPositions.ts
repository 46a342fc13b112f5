import { countAt, numberAt, objectAt, textAt } from "./configValue.ts";

export interface MaxPositions {
  tokens: number;
  /** A scaling of RoPE took part: vLLM's rules for it differ between versions and models. */
  scaled: boolean;
}

const lengthKeys = ["max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "max_sequence_length"];

/** With these, `max_position_embeddings` is the scaled length already (vLLM 0.32, config/model.py). */
const alreadyScaled = new Set(["default", "su", "longrope", "llama3", "mrope", "proportional"]);

/** The longest context of the model as vLLM derives it from config.json; null when that says nothing. */
export function readMaxPositions(config: unknown, modelType: string | null): MaxPositions | null {
  const said = lengthKeys.map((key) => countAt(config, key)).filter((length) => length !== null);
  if (said.length === 0) return null;
  const tokens = Math.min(...said);
  const rope = objectAt(config, "rope_scaling") ?? objectAt(config, "rope_parameters");
  const type = textAt(rope, "rope_type", "type") ?? "default";
  const factor = numberAt(rope, "factor");
  if (rope === null || factor === null || alreadyScaled.has(type)) return { tokens, scaled: false };
  // Gemma 3 says its length after scaling (vLLM 0.8.0).
  if (modelType?.startsWith("gemma3") === true) return { tokens, scaled: false };
  if (!type.includes("yarn")) return { tokens: Math.floor(tokens * factor), scaled: true };
  // Taken as scaled already by vLLM 0.32, multiplied with the original length by 0.10: the longer one refuses nothing.
  const original = countAt(rope, "original_max_position_embeddings") ?? tokens;
  return { tokens: Math.max(tokens, Math.floor(original * factor)), scaled: true };
}
