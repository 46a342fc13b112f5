import type { EngineCause, FlagValue, Profile } from "../../protocol/engine.ts";
import type { LadderFacts } from "./ladderTypes.ts";
import { isOn, numberFlag, type Setting } from "./settings.ts";

/** All that the ladder may ever set. What is not here is a person's business. */
const flags: ReadonlySet<string> = new Set([
  "gpu-memory-utilization",
  "max-model-len",
  "max-num-seqs",
  "max-num-batched-tokens",
  "enforce-eager",
  "no-async-scheduling",
  "no-enable-prefix-caching",
  "distributed-executor-backend",
  "disable-custom-all-reduce",
  "tensor-parallel-size",
  "dtype",
]);

/** What it may take away, and never set. */
const removable: ReadonlySet<string> = new Set(["kv-cache-dtype", "kv-offloading-size", "master-port"]);

const env: ReadonlySet<string> = new Set([
  "NCCL_P2P_DISABLE",
  "NCCL_SHM_DISABLE",
  "NCCL_CUMEM_HOST_ENABLE",
  "VLLM_USE_V2_MODEL_RUNNER",
  "VLLM_ENGINE_READY_TIMEOUT_S",
  "VLLM_CPU_KVCACHE_SPACE",
  "HF_HUB_OFFLINE",
]);

/** Whether recovery sets this variable itself: whatever it holds, it executes nothing. */
export function isOfRecovery(variable: string): boolean {
  return env.has(variable);
}

/** What is loaded, and which code runs for it: not even an unknown flag of these is dropped. */
const identity =
  /^(?:model|served-model-name|tokenizer|tokenizer-.*|revision|.*-revision|trust-.*|hf-.*|load-format|quantization|.*plugin.*|.*-parser.*|chat-template.*|lora-.*|enable-lora|api-key|.*-cls|.*class.*|middleware|runner|convert|config)$/;

/**
 * Whether the ladder may make this change. Settings that a person chose are changed too, since the work is at stake,
 * and each change is written down; but a share of memory that a person chose is not raised (somebody else works on that
 * GPU), and the context is never made shorter than the requests are.
 */
export function mayChange(setting: Setting, profile: Profile, cause: EngineCause, facts: LadderFacts): boolean {
  const { kind, name, value } = setting;
  if (kind === "env") return env.has(name);
  if (value === null || value === false) return mayRemove(name, cause, facts);
  if (name === "quantization") return cause === "quantization_mismatch" && typeof value === "string";
  return flags.has(name) && isKnown(name, facts.knownFlags) && isInBounds(setting, profile, facts);
}

function mayRemove(name: string, cause: EngineCause, facts: LadderFacts): boolean {
  if (name === "quantization") return cause === "quantization_mismatch";
  if (removable.has(name)) return true;
  return cause === "bad_flag" && !facts.chosenByUser.has(name) && !identity.test(name);
}

function isKnown(name: string, known: ReadonlySet<string> | null): boolean {
  if (known === null) return true;
  const spellings = name.startsWith("no-") ? [name, name.slice("no-".length)] : [name];
  return spellings.some((one) => known.has(one) || known.has(`--${one}`));
}

function isInBounds(setting: Setting, profile: Profile, facts: LadderFacts): boolean {
  const { name, value } = setting;
  const before = numberFlag(profile, name);
  switch (name) {
    case "gpu-memory-utilization":
      if (typeof value !== "number" || value < 0.05 || value > 0.95) return false;
      return !facts.chosenByUser.has(name) || before === null || value < before;
    case "max-model-len":
      return isFewer(value, before) && value >= (facts.neededLen ?? 1);
    case "max-num-seqs":
      return isFewer(value, before);
    case "max-num-batched-tokens":
      // Without chunked prefill a whole prompt must fit into one step: with fewer tokens it would not start.
      return isFewer(value, before) && !isOn(profile, "no-enable-chunked-prefill");
    case "tensor-parallel-size":
      return isFewer(value, null);
    case "distributed-executor-backend":
      return value === "mp" || value === "uni";
    default:
      return true;
  }
}

/** A count, and less than it was: no remedy of ours makes an engine take more. */
function isFewer(value: FlagValue | null, before: number | null): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && (before === null || value < before);
}
