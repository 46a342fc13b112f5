import { advice, finding, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { capturedNumber, isServing, passedThrough, said, shareOf, wordsOf } from "../words.ts";
import { inNumbers, memoryFacts, otherProgram, outOfMemory } from "./gpuMemoryNumbers.ts";
import { afterLoading } from "./gpuOomWeights.ts";

const workspace = [/CUBLAS_STATUS_ALLOC_FAILED/, /CUBLAS_STATUS_NOT_INITIALIZED/, /CUDNN_STATUS_ALLOC_FAILED/];
/** PyTorch's compiled code says it in a line of its own; the exception behind it tells only that a call failed. */
const compiled = /^Exception in aoti_torch: /;

/** Memory runs out later: while profiling, warming up, capturing graphs, or serving. */
export const gpuOomRuntime: Rule = {
  cause: "gpu_oom_runtime",
  judge(failure, log) {
    const isOom = said(failure, outOfMemory) !== null;
    if (!isOom && !said(failure, workspace)) return null;
    const facts = memoryFacts(failure);
    const isCompiled = compiled.test(failure.message);
    const sequences =
      capturedNumber(wordsOf(failure), /warming up sampler with (\d+) dummy/) ?? dummyRequests(failure, log);
    if (sequences !== null) facts["maxNumSeqs"] = sequences;
    const isSure = isPlaced(failure, log);
    const when = isServing(failure, log) ? " while it was serving" : isSure ? " in its warm-up" : "";
    return finding(failure, {
      cause: "gpu_oom_runtime",
      ...(isCompiled ? { weight: "root" as const } : {}),
      confidence: isCompiled ? "medium" : !failure.isFatal ? "low" : isOom && isSure ? "high" : "medium",
      summary: `The GPU's memory ran out${when}${inNumbers(facts)}.`,
      facts,
      remedies: [...otherProgram(facts), ...lessMemory(log, sequences)],
    });
  },
};

/** Of a tail that begins with the error itself nobody knows whether the weights were loaded. */
function isPlaced(failure: Failure, log: Transcript): boolean {
  if (log.readyLine !== null || isServing(failure, log) || passedThrough(failure, afterLoading)) return true;
  return log.lines.some((line) => line.number < failure.line && weightsLoaded.test(line.text));
}
const weightsLoaded = /Model loading took|Loading (?:model )?weights took|# GPU blocks|Available KV cache memory/;

/** The sampler's error names its size one exception later in the same chain. */
function dummyRequests(failure: Failure, log: Transcript): number | null {
  const chained = log.failures.find(
    (other) => other.chain !== null && other.chain === failure.chain && /warming up sampler/.test(other.message),
  );
  return chained ? capturedNumber(chained.message, /with (\d+) dummy/) : null;
}

function lessMemory(log: Transcript, sequences: number | null): Finding["remedies"] {
  const asked = sequences ?? Number(log.setting("max_num_seqs") ?? Number.NaN);
  const fewer = Number.isFinite(asked) && asked > 1 ? Math.max(1, Math.min(256, Math.floor(asked / 2))) : null;
  const share = shareOf(log);
  const lower = share === null ? null : Math.round((share - 0.05) * 100) / 100;
  return [
    fewer === null
      ? advice("Let fewer requests run at once: a smaller --max-num-seqs.")
      : advice(`Let fewer requests run at once: --max-num-seqs ${String(fewer)}.`, {
          flags: { "max-num-seqs": fewer },
        }),
    lower === null
      ? advice("Or leave more room: --gpu-memory-utilization 0.05 lower.")
      : advice(`Or leave more room: --gpu-memory-utilization ${String(lower)}.`, {
          flags: { "gpu-memory-utilization": lower },
        }),
    advice("Or do without CUDA graphs: --enforce-eager.", { flags: { "enforce-eager": true } }),
  ];
}
