import path from "node:path";
import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { duration } from "../../../server/src/util/duration.ts";
import { grouped } from "../text/figures.ts";
import { showLogs, step, tell, type NextStep } from "../text/tell.ts";
import type { RunEnd } from "./batchRun.ts";
import { showProblems } from "./prepareFile.ts";
import { OUTPUT_FILE } from "./readRun.ts";
import { reveal } from "./reveal.ts";
import type { RunOutcome } from "./runSummary.ts";

/** After a session of a run: failures go to the lines of the file, the folder is shown, and the person told. */
export async function concludeRun(
  { runProblems, log }: Pick<Parts, "runProblems" | "log">,
  input: vscode.Uri,
  { outcome, words }: RunEnd,
): Promise<void> {
  if (outcome === null) {
    const why = words === "" ? vscode.l10n.t("The run ended without an answer.") : words;
    tell(log, "error", why, step(vscode.l10n.t("Choose Another Endpoint"), "vllmBatch.chooseEndpoint"), showLogs(log));
    return;
  }
  const shown = await runProblems.show(input, outcome.folder);
  await reveal(outcome.folder);
  const isWell = outcome.status === "completed" && outcome.failed === 0;
  const severity = isWell ? "information" : outcome.status === "failed" ? "error" : "warning";
  const steps = nextSteps(outcome, input, shown);
  // More than three do not fit into a notification.
  tell(log, severity, outcomeText(outcome), ...steps, ...(steps.length < 3 ? [showLogs(log)] : []));
}

function outcomeText(outcome: RunOutcome): string {
  const { language } = vscode.env;
  const { completed, total, failed, seconds } = outcome;
  const figures = [grouped(completed, language), grouped(total, language), grouped(failed, language)] as const;
  const parts = [
    `${headline(outcome)} ${vscode.l10n.t("{0} of {1} answered, {2} failed", ...figures)}${seconds < 1 ? "" : `, ${duration(seconds)}`}.`,
  ];
  if (outcome.status !== "completed" && outcome.reason !== null) parts.push(outcome.reason);
  return parts.join(" ");
}

function headline({ status, simulated }: RunOutcome): string {
  switch (status) {
    case "completed":
      return simulated ? vscode.l10n.t("The simulated run is done:") : vscode.l10n.t("The batch is done:");
    case "failed":
      return simulated
        ? vscode.l10n.t("The simulated run could not go on:")
        : vscode.l10n.t("The run could not go on:");
    default:
      return simulated ? vscode.l10n.t("The simulated run was stopped:") : vscode.l10n.t("The run was stopped:");
  }
}

function nextSteps({ status, folder, completed }: RunOutcome, input: vscode.Uri, shown: number): NextStep[] {
  const results = vscode.Uri.file(path.join(folder, OUTPUT_FILE));
  return [
    ...(completed > 0 ? [step(vscode.l10n.t("Open Results"), "vscode.open", results)] : []),
    ...(shown > 0 ? [{ label: vscode.l10n.t("Show Failed"), take: () => showProblems(input) }] : []),
    ...(status === "completed" && shown > 0
      ? [step(vscode.l10n.t("Retry Failed"), "vllmBatch.retryFailed", folder)]
      : []),
    ...(status === "completed" ? [] : [step(vscode.l10n.t("Resume"), "vllmBatch.resume", folder)]),
  ];
}
