/** What is said of an engine that is started for a run, and started again. */
import * as vscode from "vscode";
import type { EngineCause, SettingDiff, StartProgress } from "../../../server/src/protocol/engine.ts";
import type { BatchRun } from "./batchRun.ts";
import type { Recovery } from "./recovery.ts";

/** Where the start of a run's engine is: `loads the weights, 3 of 8`; null while none is under way. */
export function engineText({ progress, recovery }: Pick<BatchRun, "progress" | "recovery">): string | null {
  return phaseOf(progress) ?? (recovery === null ? null : vscode.l10n.t("is started again"));
}

/** The same, without what is said by why it starts again. */
export function phaseOf(progress: BatchRun["progress"]): string | null {
  return progress?.engineStart === undefined ? null : startText(progress.engineStart);
}

export function attemptText(recovery: Recovery): string {
  return vscode.l10n.t("attempt {0}", attemptOf(recovery));
}

function startText({ phase, done, total }: StartProgress): string {
  const words = phaseText(phase);
  return done === null || total === null ? words : vscode.l10n.t("{0}, {1} of {2}", words, done, total);
}

function phaseText(phase: StartProgress["phase"]): string {
  switch (phase) {
    case "launching":
      return vscode.l10n.t("the program starts");
    case "configuring":
      return vscode.l10n.t("reads the model's configuration");
    case "downloading":
      return vscode.l10n.t("downloads the model");
    case "loading":
      return vscode.l10n.t("loads the weights");
    case "compiling":
      return vscode.l10n.t("compiles");
    case "kvCache":
      return vscode.l10n.t("makes room for the KV cache");
    case "graphs":
      return vscode.l10n.t("captures CUDA graphs");
    case "serving":
      return vscode.l10n.t("opens its port");
  }
}

/** `The engine failed: out of GPU memory. Starting again with fewer requests at once (128), attempt 2` */
export function recoveryText(recovery: Recovery): string {
  const [change] = recovery.diff;
  const settings = change === undefined ? vscode.l10n.t("the same settings") : changeText(change);
  return vscode.l10n.t(
    "The engine failed: {0}. Starting again with {1}, attempt {2}",
    causeText(recovery.cause),
    settings,
    attemptOf(recovery),
  );
}

/** The first start was the first attempt. */
function attemptOf({ number }: Recovery): number {
  return number + 1;
}

function changeText({ setting, before, after }: SettingDiff): string {
  const value = String(after);
  const isLess = typeof before !== "number" || typeof after !== "number" || after < before;
  switch (setting) {
    case "--max-num-seqs":
      return vscode.l10n.t("fewer requests at once ({0})", value);
    case "--max-num-batched-tokens":
      return vscode.l10n.t("fewer tokens in a step ({0})", value);
    case "--gpu-memory-utilization":
      return isLess
        ? vscode.l10n.t("less of the GPU's memory ({0})", value)
        : vscode.l10n.t("more of the GPU's memory ({0})", value);
    case "--max-model-len":
      return vscode.l10n.t("a shorter context ({0} tokens)", value);
    case "--enforce-eager":
      return vscode.l10n.t("no CUDA graphs");
    case "startTimeoutSeconds":
      return vscode.l10n.t("more time to start ({0} s)", value);
    default:
      return settingText(setting, after);
  }
}

function settingText(setting: string, after: SettingDiff["after"]): string {
  if (after === null || after === false) return vscode.l10n.t("no {0}", setting);
  return after === true ? setting : `${setting} ${String(after)}`;
}

export function causeText(cause: EngineCause): string {
  switch (cause) {
    case "gpu_memory_occupied":
      return vscode.l10n.t("something else holds the GPU's memory");
    case "gpu_oom_weights":
      return vscode.l10n.t("out of GPU memory while loading the weights");
    case "gpu_oom_runtime":
      return vscode.l10n.t("out of GPU memory");
    case "kv_cache_too_small_for_max_len":
      return vscode.l10n.t("the KV cache is too small for the context");
    case "no_kv_cache_memory":
      return vscode.l10n.t("no memory is left for the KV cache");
    case "max_len_exceeds_model":
      return vscode.l10n.t("the context is longer than the model's");
    case "quantization_mismatch":
      return vscode.l10n.t("the quantization is not the checkpoint's");
    case "quantization_unsupported_gpu":
      return vscode.l10n.t("this GPU cannot do the quantization");
    case "dtype_unsupported_gpu":
      return vscode.l10n.t("this GPU cannot do the number format");
    case "gpu_too_old":
      return vscode.l10n.t("the GPU is too old for vLLM");
    case "driver_too_old":
      return vscode.l10n.t("the GPU's driver is too old");
    case "no_gpu":
      return vscode.l10n.t("no GPU was found");
    case "tensor_parallel_invalid":
      return vscode.l10n.t("the model cannot be split over so many GPUs");
    case "model_not_found":
      return vscode.l10n.t("the model was not found");
    case "model_gated":
      return vscode.l10n.t("the model's licence is not accepted yet, or the token is missing");
    case "hub_offline_or_network":
      return vscode.l10n.t("Hugging Face could not be reached");
    case "tokenizer_or_chat_template":
      return vscode.l10n.t("the tokenizer or the chat template cannot be used");
    case "architecture_unsupported":
      return vscode.l10n.t("this vLLM does not know the model's architecture");
    case "trust_remote_code_required":
      return vscode.l10n.t("the model brings code of its own, which is not allowed yet");
    case "port_in_use":
      return vscode.l10n.t("its port is taken");
    case "bad_flag":
      return vscode.l10n.t("vLLM does not accept a setting");
    case "python_import_error":
      return vscode.l10n.t("the Python environment is broken");
    case "disk_full":
      return vscode.l10n.t("the disk is full");
    case "host_oom_killed":
      return vscode.l10n.t("the machine ran out of memory");
    case "worker_died":
      return vscode.l10n.t("a worker process died");
    case "engine_hang":
      return vscode.l10n.t("it does nothing any more");
    case "nccl_error":
      return vscode.l10n.t("the GPUs could not talk to each other");
    case "cuda_illegal_access":
      return vscode.l10n.t("a fault in the GPU's program");
    case "startup_timeout":
      return vscode.l10n.t("it did not become ready in time");
    case "clean_stop":
      return vscode.l10n.t("somebody has stopped it");
    case "exit0_after_engine_death":
      return vscode.l10n.t("its engine process died");
    case "unknown":
      return vscode.l10n.t("the cause is unknown");
  }
}
