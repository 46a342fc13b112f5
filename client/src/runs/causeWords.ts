import * as vscode from "vscode";
import type { EngineCause } from "../../../server/src/protocol/engine.ts";

/** Why an engine ended or does not start, as a part of a sentence. */
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
