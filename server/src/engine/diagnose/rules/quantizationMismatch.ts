import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, firstMatch, said, wordsOf } from "../words.ts";

const differs =
  /Quantization method specified in the model config \(([\w-]+)\) does not match .{0,80}argument \(([\w-]+)\)/s;
const unknownMethod = [
  /Unknown quantization method: ?['"]?([\w-]*)/,
  /Invalid quantization method: ?['"]?([\w-]+)/,
  /quantization method ['"]?([\w.-]+?)['"]? is (?:not registered|unknown)/i,
  /Unknown quantization (?:type|config)[^:]{0,20}: ?['"]?([\w.-]+)/i,
];
const noConfig = [
  /Cannot find the config file for ([\w.-]+)/,
  /Failed to find (?:the )?quantization config.{0,40}? for ([\w.-]+)/i,
  /Unsupported quantization config found for ([\w.-]+)/,
];
const deprecated = [/quantization method ([\w.-]+) is deprecated and will be removed/];
/** Names of tensors that only quantised checkpoints have. */
const quantisedTensor =
  /^KeyError: ['"]\S{0,200}\b(?:qweight|qzeros|g_idx|scales|weight_scale\w*|weight_packed|input_scale|absmax)['"]?/;
/** Methods that were part of vLLM and are a package of their own since (vLLM 0.28). */
const plugins: Readonly<Record<string, string>> = { bitsandbytes: "vllm-bnb-plugin", gguf: "vllm-gguf-plugin" };

/** The quantisation asked for is not that of the checkpoint, or not known to this installation. */
export const quantizationMismatch: Rule = {
  cause: "quantization_mismatch",
  judge(failure, log) {
    const words = wordsOf(failure);
    const pair = differs.exec(words);
    if (pair) return otherMethod(failure, pair[1] ?? "", pair[2] ?? "");
    const unknown = firstMatch(words, unknownMethod)?.[1];
    if (unknown !== undefined) return methodUnknown(failure, unknown, log);
    const bare = firstMatch(words, noConfig)?.[1];
    if (bare !== undefined) return notQuantised(failure, bare);
    const old = said(failure, deprecated)?.[1];
    if (old !== undefined && failure.kind === "exception") return deprecatedMethod(failure, old);
    if (failure.isFatal && quantisedTensor.test(words)) return tensorsDiffer(failure);
    return null;
  },
};

const withoutFlag = { flags: { quantization: null } };

function otherMethod(failure: Failure, own: string, asked: string): Finding {
  return finding(failure, {
    cause: "quantization_mismatch",
    weight: "root",
    confidence: "high",
    summary: `The checkpoint is quantised with ${own}, but --quantization ${asked} was asked for.`,
    facts: { quantMethod: asked, modelQuantMethod: own },
    remedies: [advice("Leave --quantization out: vLLM reads the method from the model.", withoutFlag)],
  });
}

function methodUnknown(failure: Failure, method: string, log: Transcript): Finding {
  const plugin = plugins[method];
  const isAsked = log.setting("quantization") !== null;
  return finding(failure, {
    cause: "quantization_mismatch",
    weight: "root",
    confidence: "high",
    summary:
      method === ""
        ? "The checkpoint says that it is quantised, and not how (quantization_config without a quant_method)."
        : `This vLLM does not know the quantisation ${method}${plugin === undefined ? "" : ": it is a plugin now"}.`,
    facts: someFacts({ quantMethod: method === "" ? null : method, missingPackage: plugin }),
    remedies: [
      ...(plugin === undefined ? [] : [advice(`Install it where vLLM is: pip install ${plugin}.`)]),
      isAsked || plugin === undefined
        ? advice("Leave --quantization out, so that the model's own method is used.", withoutFlag)
        : advice("Or take a checkpoint of another quantisation (AWQ, GPTQ, FP8, compressed-tensors)."),
    ],
  });
}

function notQuantised(failure: Failure, method: string): Finding {
  return finding(failure, {
    cause: "quantization_mismatch",
    weight: "root",
    confidence: "high",
    summary: `The checkpoint holds no ${method} configuration, but --quantization ${method} was asked for.`,
    facts: { quantMethod: method },
    remedies: [advice("Leave --quantization out, or take a checkpoint of that quantisation.", withoutFlag)],
  });
}

function deprecatedMethod(failure: Failure, method: string): Finding {
  return finding(failure, {
    cause: "quantization_mismatch",
    confidence: "medium",
    summary: `This vLLM runs the quantisation ${method} only when it is told to: it is about to be removed.`,
    facts: { quantMethod: method },
    remedies: [
      advice("Start with --allow-deprecated-quantization.", { flags: { "allow-deprecated-quantization": true } }),
    ],
  });
}

function tensorsDiffer(failure: Failure): Finding {
  return finding(failure, {
    cause: "quantization_mismatch",
    confidence: "medium",
    summary: "The checkpoint's tensors are not those of the quantisation that vLLM expected.",
    facts: someFacts({ tensor: captured(wordsOf(failure), /['"]([^'"]{1,200})['"]/) }),
    remedies: [advice("Leave --quantization out, or take another checkpoint.", withoutFlag)],
  });
}
