/** A flag that `vllm serve` had once. */
export interface RemovedFlag {
  /** First version without it. */
  since: string;
  /** What to do now, as a sentence. */
  instead: string;
}

const DEFAULT_NOW = "It is what vLLM does by itself now: leave it out.";
const GONE = "Nothing has taken its place: leave it out.";
const HF_OVERRIDES = "Write it into hf-overrides, as JSON.";
const STRUCTURED = "Use structured-outputs-config, as JSON.";

/** By long name. Where the release is not known it says "0.26": without it at the latest from there on. */
export const removedFlags: ReadonlyMap<string, RemovedFlag> = new Map(
  Object.entries({
    device: { since: "0.10.0", instead: "The build of vLLM decides: leave it out." },
    "use-v2-block-manager": { since: "0.10.0", instead: DEFAULT_NOW },
    "num-scheduler-steps": { since: "0.10.1", instead: "Asynchronous scheduling is on by itself: leave it out." },
    "multi-step-stream-outputs": { since: "0.10.1", instead: GONE },
    "num-lookahead-slots": { since: "0.10.1", instead: GONE },
    "preemption-mode": { since: "0.11.0", instead: "It always computes anew: leave it out." },
    "max-seq-len-to-capture": { since: "0.11.0", instead: "Use max-cudagraph-capture-size or leave it out." },
    "disable-log-requests": { since: "0.12.0", instead: DEFAULT_NOW },
    "guided-decoding-backend": { since: "0.12.0", instead: STRUCTURED },
    "guided-decoding-disable-fallback": { since: "0.12.0", instead: STRUCTURED },
    "guided-decoding-disable-any-whitespace": { since: "0.12.0", instead: STRUCTURED },
    "guided-decoding-disable-additional-properties": { since: "0.12.0", instead: STRUCTURED },
    task: { since: "0.13.0", instead: "Use runner (generate, pooling) and convert (embed, classify)." },
    "swap-space": { since: "0.17.0", instead: "Use kv-offloading-size, in GiB, or leave it out." },
    "disable-async-output-proc": { since: "0.26", instead: "Use no-async-scheduling: true." },
    "disable-mm-preprocessor-cache": { since: "0.26", instead: "Use mm-processor-cache-gb: 0." },
    "enable-prompt-adapter": { since: "0.26", instead: GONE },
    "max-prompt-adapters": { since: "0.26", instead: GONE },
    "enable-reasoning": { since: "0.26", instead: "Naming a reasoning-parser is enough." },
    "logits-processor-pattern": { since: "0.26", instead: "Use logits-processors." },
    "lora-extra-vocab-size": { since: "0.26", instead: GONE },
    "enable-lora-bias": { since: "0.26", instead: GONE },
    "long-lora-scaling-factors": { since: "0.26", instead: GONE },
    "max-num-partial-prefills": { since: "0.27.0", instead: GONE },
    "max-long-partial-prefills": { since: "0.27.0", instead: GONE },
    "override-neuron-config": { since: "0.26", instead: "Use additional-config." },
    "override-pooler-config": { since: "0.26", instead: "Use pooler-config." },
    "qlora-adapter-name-or-path": { since: "0.26", instead: GONE },
    "rope-scaling": { since: "0.26", instead: HF_OVERRIDES },
    "rope-theta": { since: "0.26", instead: HF_OVERRIDES },
    "scheduler-delay-factor": { since: "0.26", instead: GONE },
    "tokenizer-pool-size": { since: "0.26", instead: "Use renderer-num-workers." },
    "tokenizer-pool-type": { since: "0.26", instead: "Use renderer-num-workers." },
    "tokenizer-pool-extra-config": { since: "0.26", instead: "Use renderer-num-workers." },
    "cuda-graph-sizes": { since: "0.26", instead: "Use cudagraph-capture-sizes." },
    "override-attention-dtype": { since: "0.28.0", instead: GONE },
    "calculate-kv-scales": { since: "0.28.0", instead: GONE },
  } satisfies Record<string, RemovedFlag>),
);
