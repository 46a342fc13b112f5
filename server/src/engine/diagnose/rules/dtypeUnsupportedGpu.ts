import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { captured, said, wordsOf } from "../words.ts";

const patterns = [
  /Bfloat16 is only supported on GPUs with compute capability/i,
  /(\w+) is only supported on GPUs with compute capability/,
  /torch\.(\w+) is not supported for quantization method/,
  /does not support (float16|bfloat16)\. ?Reason/,
  /dtype (?:torch\.)?(bfloat16|float16|half).{0,40}not supported/i,
  /Feature '\.bf16\w*'.{0,60}requires? \.target sm_80/,
  /"\w+" not implemented for '(BFloat16|Half)'/,
];

/** bfloat16 or float16 cannot be used with this GPU, this model, or this quantisation. */
export const dtypeUnsupportedGpu: Rule = {
  cause: "dtype_unsupported_gpu",
  judge(failure) {
    const match = said(failure, patterns);
    if (!match) return null;
    const words = wordsOf(failure);
    const gpu = captured(words, /Your (.{1,80}?) GPU has compute capability/);
    const capability = captured(words, /GPU has compute capability ([\d.]+?)\.?(?:\s|$)/);
    const supported = captured(words, /Supported dtypes: \[([^\]]{1,100})\]/);
    const dtype = captured(words, /(B?float16|BFloat16|Bfloat16|bfloat16|float16|float32|Half|half)/);
    const other = otherType(dtype ?? "", supported);
    return finding(failure, {
      cause: "dtype_unsupported_gpu",
      summary:
        `The number format ${dtype ?? "asked for"} is not possible here` +
        `${gpu === null ? "" : `: the ${gpu} has compute capability ${String(capability)}, bfloat16 needs 8.0`}.`,
      facts: someFacts({ gpu, capability, dtype, quantMethod: captured(words, /quantization method (\w+)/) }),
      remedies: [advice(`Start with --dtype ${other}.`, { flags: { dtype: other } })],
    });
  },
};

function otherType(dtype: string, supported: string | null): string {
  const first = supported === null ? null : captured(supported, /torch\.(\w+)/);
  if (first !== null) return first === "float16" ? "half" : first;
  return /^b/i.test(dtype) ? "half" : "bfloat16";
}
