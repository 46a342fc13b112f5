/** What is said of an engine that is started for a run, and started again. */
import * as vscode from "vscode";
import type { SettingDiff, StartProgress } from "../../../server/src/protocol/engine.ts";
import type { BatchRun } from "./batchRun.ts";
import { causeText } from "./causeWords.ts";
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
