/** Bytes of a model's weights from its shape alone, for when its files are not here. */
import type { ModelShape } from "./modelShape.ts";
import type { Quantization } from "./quantization.ts";

/** Types whose feed-forward part is two matrices; all others gate it, with three. */
const ungated = new Set(["opt", "gpt2", "gpt_neo", "gpt_neox", "gptj", "bloom", "falcon", "mpt", "phi", "starcoder2"]);

/** Parameters of a model, in two groups: quantization leaves embeddings and the output layer as they are. */
export interface ParameterCount {
  embeddings: number;
  matrices: number;
}

/** null when the shape leaves out what is needed. Norms and biases are left out: below 0.1 %. */
export function countParameters(shape: ModelShape): ParameterCount | null {
  const { layers, hiddenSize, vocabSize, moe } = shape;
  const attention = attentionParameters(shape);
  if (layers === null || hiddenSize === null || vocabSize === null || attention === null) return null;
  const total = layers.full + layers.sliding + layers.linear;
  const feedForward = hiddenSize * (shape.modelType !== null && ungated.has(shape.modelType) ? 2 : 3);
  const dense = moe === null ? total : Math.min(total, moe.denseLayers);
  if (dense > 0 && shape.intermediateSize === null) return null;
  if (moe !== null && moe.intermediateSize === null) return null;
  const expertLayer =
    moe === null
      ? 0
      : feedForward * (moe.experts * (moe.intermediateSize ?? 0) + moe.sharedIntermediateSize) +
        hiddenSize * moe.experts;
  return {
    embeddings: vocabSize * hiddenSize * (shape.tiedEmbeddings ? 1 : 2),
    matrices: total * attention + dense * feedForward * (shape.intermediateSize ?? 0) + (total - dense) * expertLayer,
  };
}

function attentionParameters({ mla, heads, kvHeads, headDim, hiddenSize }: ModelShape): number | null {
  if (heads === null || hiddenSize === null) return null;
  if (mla !== null && mla.nope !== null && mla.value !== null) {
    const queryWidth = heads * (mla.nope + mla.rope);
    const query = mla.queryLatent === null ? hiddenSize * queryWidth : mla.queryLatent * (hiddenSize + queryWidth);
    const keysAndValues = hiddenSize * (mla.latent + mla.rope) + mla.latent * heads * (mla.nope + mla.value);
    return query + keysAndValues + heads * mla.value * hiddenSize;
  }
  if (kvHeads === null || headDim === null) return null;
  return hiddenSize * headDim * 2 * (heads + kvHeads);
}

/** Bytes as loaded, about; null when the shape leaves out what is needed. */
export function estimateWeightBytes(shape: ModelShape, quantization: Quantization | null): number | null {
  const count = countParameters(shape);
  if (count === null) return null;
  return count.embeddings * 2 + count.matrices * bytesPerWeight(quantization);
}

/** Scales and zero points included: a group of 128 integers, of 16 (nvfp4) or 32 (mxfp4) floats. */
function bytesPerWeight(quantization: Quantization | null): number {
  const bits = quantization?.bits ?? 16;
  if (bits === 4) return quantization?.floating === true ? 0.5625 : 0.52;
  return bits / 8;
}
