import { advice, finding, type Rule } from "../finding.ts";
import type { Failure, Frame, Transcript } from "../transcript/types.ts";
import { isAfterReady, passedThrough, said, wordsOf } from "../words.ts";
import { inNumbers, memoryFacts, otherProgram, outOfMemory } from "./gpuMemoryNumbers.ts";

const whileLoading = [/Failed to load model - not enough GPU memory/];
const loading =
  /^(?:load_model|load_weights|create_weights|initialize_model|process_weights_after_loading|_initialize_model|\w*weight_loader\w*|\w*_repack)$/;
const unfinishedBar = /Loading \w+ checkpoint shards: +\d{1,2}% Completed/;
/** The bar of another process, or one that was printed late, in lines after the error. */
const BAR_WITHIN = 30;
export const afterLoading =
  /^(?:profile_run|determine_available_memory|determine_num_available_blocks|_dummy_run|_dummy_sampler_run|capture_model|_capture_cudagraphs|execute_model|sample_tokens|compile_or_warm_up_model|initialize_from_config|_?initialize_(?:kv_)?caches?|_allocate_kv_cache\w*|warm_?up\w*|kernel_warmup)$/;

/** The weights do not fit, no matter what comes after. */
export const gpuOomWeights: Rule = {
  cause: "gpu_oom_weights",
  judge(failure, log) {
    const isTold = said(failure, whileLoading) !== null;
    const isOom = isTold || (said(failure, outOfMemory) !== null && phaseOf(failure, log) === "weights");
    if (!isOom) return null;
    const facts = memoryFacts(failure);
    return finding(failure, {
      cause: "gpu_oom_weights",
      weight: isTold || failure.isFatal ? "root" : "mention",
      confidence: typeof facts["otherProcessGiB"] === "number" ? "medium" : "high",
      summary: `The GPU's memory ran out while the weights were loading${inNumbers(facts)}.`,
      facts,
      remedies: [
        ...otherProgram(facts),
        advice("Take a smaller or quantised model, or spread it over more GPUs with --tensor-parallel-size."),
        advice("Or keep part of the weights in host memory with --cpu-offload-gb; it is slow."),
      ],
    });
  },
};

/** Its layers are made, and so are their weights. */
function buildsModel({ file, name }: Frame): boolean {
  return name === "make_layers" || (name === "__init__" && /model_executor[\\/](?:models|layers)[\\/]/.test(file));
}

function phaseOf(failure: Failure, log: Transcript): "weights" | "later" {
  if (isAfterReady(failure, log)) return "later";
  // The sampler's warm-up says so itself, whatever of the loading the log has kept.
  if (/warming up sampler/.test(wordsOf(failure))) return "later";
  if (failure.frames.length > 0) {
    if (passedThrough(failure, afterLoading)) return "later";
    if (passedThrough(failure, loading) || failure.frames.some(buildsModel)) return "weights";
  }
  const said = (pattern: RegExp) => log.lines.some((line) => line.number < failure.line && pattern.test(line.text));
  const isBelow = ({ number }: { number: number }) => number > failure.line && number <= failure.line + BAR_WITHIN;
  const begun =
    said(/Starting to load model|Loading \w+ checkpoint shards/) ||
    log.lines.some((line) => isBelow(line) && unfinishedBar.test(line.text));
  return begun &&
    !said(
      /Model loading took|Loading (?:model )?weights took|# GPU blocks|Memory profiling|Capturing CUDA graph|Avg prompt throughput/,
    )
    ? "weights"
    : "later";
}
