/** How runs are called where people read of them. */
import path from "node:path";
import * as vscode from "vscode";
import type { RunStatus } from "../../../server/src/protocol/records.ts";
import { duration } from "../../../server/src/util/duration.ts";
import { grouped, rate } from "../text/figures.ts";
import type { BatchRun } from "./batchRun.ts";
import { attemptText, engineText, recoveryText } from "./engineWords.ts";
import type { RunRecord } from "./runRecord.ts";

/** The status bar's text for the runs of this window, which are at least one. */
export function statusText(runs: readonly BatchRun[]): string {
  const [only] = runs;
  const text = runs.length === 1 && only !== undefined ? oneRun(only) : severalRuns(runs);
  return `$(sync~spin) ${text}`;
}

function oneRun(run: BatchRun): string {
  const { progress } = run;
  const { language } = vscode.env;
  if (progress === null) return [vscode.l10n.t("Starting the run…"), ...simulatedMark([run])].join(" · ");
  const { total, completed, failed, requestsPerSecond, etaSeconds } = progress;
  const parts = [`${grouped(completed + failed, language)}/${grouped(total, language)}`];
  if (failed > 0) parts.push(vscode.l10n.t("{0} failed", grouped(failed, language)));
  if (run.isStopping) parts.push(vscode.l10n.t("stopping…"));
  else if (progress.notice !== null) parts.push(...engineParts(run));
  else {
    if (requestsPerSecond > 0) parts.push(vscode.l10n.t("{0}/s", rate(requestsPerSecond, language)));
    if (etaSeconds !== null) parts.push(vscode.l10n.t("{0} left", duration(etaSeconds)));
  }
  return [...parts, ...simulatedMark([run])].join(" · ");
}

function engineParts(run: BatchRun): string[] {
  const attempt = run.recovery === null ? [] : [attemptText(run.recovery)];
  return [...attempt, engineText(run) ?? vscode.l10n.t("waiting for the engine")];
}

function severalRuns(runs: readonly BatchRun[]): string {
  const { language } = vscode.env;
  const sum = (of: (run: BatchRun) => number) =>
    grouped(
      runs.reduce((all, run) => all + of(run), 0),
      language,
    );
  const done = sum(({ progress }) => (progress?.completed ?? 0) + (progress?.failed ?? 0));
  const parts = [vscode.l10n.t("{0} runs", runs.length), `${done}/${sum(({ progress }) => progress?.total ?? 0)}`];
  return [...parts, ...simulatedMark(runs)].join(" · ");
}

function simulatedMark(runs: readonly BatchRun[]): string[] {
  return runs.some(({ simulated }) => simulated) ? [vscode.l10n.t("simulated")] : [];
}

/** What the status bar says when the pointer rests on it. Plain text: names of files are in it. */
export function statusDetails(runs: readonly BatchRun[]): string {
  const rows = runs.flatMap((run) => {
    return [path.basename(run.input.fsPath), figuresText(run), ...waitingRows(run)].filter((row) => row !== "");
  });
  return [...rows, vscode.l10n.t("Click to cancel.")].join("\n");
}

/** Why a run waits; nothing when it does not. What the program says of it is in English. */
function waitingRows(run: BatchRun): string[] {
  const { recovery } = run;
  const notice = run.progress?.notice ?? null;
  const engine = engineText(run);
  if (notice === null) return [];
  if (engine === null) return [notice];
  return [...(recovery === null ? [] : [recoveryText(recovery)]), vscode.l10n.t("The engine: {0}", engine)];
}

/** `312 answered · 3 failed · 64 in flight · 1,240 tokens/s · simulated`; before the first figures only the last. */
export function figuresText(run: BatchRun): string {
  const { progress } = run;
  const { language } = vscode.env;
  if (progress === null) return simulatedMark([run]).join("");
  const figures = [
    vscode.l10n.t("{0} answered", grouped(progress.completed, language)),
    vscode.l10n.t("{0} failed", grouped(progress.failed, language)),
    vscode.l10n.t("{0} in flight", grouped(progress.inFlight, language)),
    vscode.l10n.t("{0} tokens/s", rate(progress.tokensPerSecond, language)),
  ];
  return [...figures, ...simulatedMark([run])].join(" · ");
}

export function statusName(status: RunStatus): string {
  switch (status) {
    case "completed":
      return vscode.l10n.t("completed");
    case "paused":
      return vscode.l10n.t("stopped");
    case "failed":
      return vscode.l10n.t("failed");
    case "cancelled":
    case "cancelling":
      return vscode.l10n.t("cancelled");
    case "validating":
    case "queued":
    case "in_progress":
    case "finalizing":
      return vscode.l10n.t("interrupted");
  }
}

/** `312 of 1,000 answered, 3 failed · stopped · simulated`. */
export function runText({ status, completed, total, failed, simulated }: RunRecord, isActive: boolean): string {
  const { language } = vscode.env;
  const figures = [grouped(completed, language), grouped(total, language), grouped(failed, language)] as const;
  const parts = [
    vscode.l10n.t("{0} of {1} answered, {2} failed", ...figures),
    isActive ? vscode.l10n.t("running") : statusName(status),
  ];
  return [...parts, ...(simulated ? [vscode.l10n.t("simulated")] : [])].join(" · ");
}
