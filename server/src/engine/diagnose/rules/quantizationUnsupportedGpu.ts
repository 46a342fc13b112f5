import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { captured, capturedNumber, firstMatch, wordsOf } from "../words.ts";

const methodNeedsMore = [
  /quantization method ([\w.-]+) is not supported for the current GPU/i,
  /Quantization scheme is not supported for/,
  /([\w.-]+) quantization is (?:currently )?not supported (?:in|on|for|with) \w+/i,
  /(?:platform|GPU|device|architecture) does(?: not|n't) support (\w+) quanti[sz]ation/i,
  /does(?: not|n't) support (?:fp8|FP8|nvfp4) kv[-_ ]cache/i,
  /type (fp8\w+) not supported in this architecture/,
  /(fp8\w*|nvfp4|mxfp4)\b.{0,80}(?:is|are) (?:only supported|not supported) (?:on|by|for) .{0,60}(?:GPU|devices?|compute capabilit|architecture|platform)/i,
  /(?:kv[-_ ]cache[-_ ]dtype|fp8 (?:kv|KV)[- ]cache|kv cache dtype).{0,60}(?:not supported|unsupported)/i,
  /(?:fp8|FP8|nvfp4|mxfp4|marlin|MXFP4|NVFP4|machete|cutlass).{0,120}requires? .{0,40}(?:compute )?capability/i,
  /(?:kernel|MoE|Fp8|FP8|Fp4|FP4|quanti[sz]\w+|Marlin|Machete|CUTLASS)\b.{0,160}does(?: not|n't) support (?:the )?current (?:device|GPU|platform)/s,
  /BackendSupportedError: .{0,200}with capability \d+/s,
  /Failed to find a kernel that can implement the \w+ linear layer/,
  /No (?:FP8|NVFP4|MXFP4|Fp8|NvFp4|Mxfp4)\w* (?:MoE )?backend supports/i,
  /(?:Marlin|GPTQ[_ ]Marlin|AWQ[_ ]Marlin).{0,60}not supported .{0,60}(?:compute )?capability/i,
  /\b_\w*C::\w*(?:fp8|quant|awq|gptq|marlin)\w*\(\) expected/,
  /torch\._scaled_mm is only supported on (?:CUDA )?devices with compute capability/,
];
const cacheKernel = /reshape_and_cache|kv[-_ ]?cache/i;

/** This GPU cannot run the weights' or the cache's number format. */
export const quantizationUnsupportedGpu: Rule = {
  cause: "quantization_unsupported_gpu",
  judge(failure, log) {
    // Some messages are raised as a tuple of strings, so that quotes and commas stand between their words.
    const words = wordsOf(failure).replaceAll(/['"],? ?\n?['"]/g, "");
    const match = firstMatch(words, methodNeedsMore);
    // One that was chosen by hand: others may be able to.
    if (!match || /Selected backend/.test(words)) return null;
    const minimum = capturedNumber(words, /[Mm]in(?:imum)? capability: ?(\d+)/);
    const capability = capturedNumber(words, /[Cc]urrent capability: ?(\d+)/);
    const isOfWeights = /linear layer|MoE backend/.test(words);
    const isCache =
      !isOfWeights && (cacheKernel.test(words) || log.setting("kv_cache_dtype")?.startsWith("fp8") === true);
    // Then it may be the layers rather than the GPU that this kind of cache does not suit.
    const isBackend = /No valid attention backend/.test(words);
    const forced = /please set (VLLM_\w+)=(\w+)/.exec(words);
    const dtype = captured(words, /type (fp8\w+) not supported/);
    const needs =
      minimum === null
        ? ""
        : `: it needs compute capability ${inDots(minimum)}, this GPU has ${inDots(capability ?? 0)}`;
    return finding(failure, {
      cause: "quantization_unsupported_gpu",
      confidence: !failure.isFatal ? "low" : isBackend ? "medium" : "high",
      summary: isBackend
        ? "No attention backend takes this kind of KV cache with this model on this GPU."
        : isCache
          ? `This GPU cannot keep the KV cache in FP8${dtype === null ? "" : ` (${dtype})`}.`
          : `This GPU cannot run the checkpoint's quantisation${needs}.`,
      facts: someFacts({ quantMethod: dtype === null ? match[1] : null, minCapability: minimum, capability, dtype }),
      remedies: isCache
        ? [advice("Leave --kv-cache-dtype out.", { flags: { "kv-cache-dtype": null } })]
        : [
            ...(forced
              ? [
                  advice(`vLLM names a way around it: ${forced[0].replace("please set ", "")}.`, {
                    env: { [forced[1] ?? ""]: forced[2] ?? "1" },
                  }),
                ]
              : []),
            advice("Take a checkpoint of another quantisation: AWQ and GPTQ run on compute capability 7.5 and above."),
          ],
    });
  },
};

/** vLLM writes 7.5 as 75. */
function inDots(capability: number): string {
  return `${String(Math.floor(capability / 10))}.${String(capability % 10)}`;
}
