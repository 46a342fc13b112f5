import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { captured, capturedNumber, said, wordsOf } from "../words.ts";

const tooLong = [/User-specified max_model_len \(?\d+\)? is greater than the derived max_model_len/];

/** The length asked for lies above what the model was made for. */
export const maxLenExceedsModel: Rule = {
  cause: "max_len_exceeds_model",
  judge(failure) {
    if (!said(failure, tooLong)) return null;
    const words = wordsOf(failure);
    const asked = capturedNumber(words, /User-specified max_model_len \(?(\d+)/);
    const derived = capturedNumber(words, /derived max_model_len \(\w+=([\d.]+)/);
    const own = capturedNumber(words, /model_max_length=(\d+)/);
    const limit = derived ?? own;
    return finding(failure, {
      cause: "max_len_exceeds_model",
      weight: "root",
      confidence: "high",
      summary: `A length of ${String(asked)} tokens was asked for; the model's own limit is ${String(limit)}.`,
      facts: someFacts({
        maxModelLen: asked,
        modelMaxLen: limit,
        key: derived === null ? "model_max_length" : captured(words, /derived max_model_len \((\w+)=/),
      }),
      remedies:
        limit === null
          ? [
              advice("Leave --max-model-len out: vLLM then takes the model's own limit.", {
                flags: { "max-model-len": null },
              }),
            ]
          : [
              advice(`Start with --max-model-len ${String(Math.floor(limit))}, or leave it out.`, {
                flags: { "max-model-len": Math.floor(limit) },
              }),
            ],
    });
  },
};
