/** What is said at the end of a session of a run. That it was simulated is never left out. */
import * as vscode from "vscode";
import { duration } from "../../../server/src/util/duration.ts";
import { grouped } from "../text/figures.ts";
import type { RunEnd } from "./batchRun.ts";
import type { Conclusion } from "./conclusion.ts";
import type { RunOutcome } from "./runSummary.ts";

export function conclusionText({ kind }: Conclusion, { outcome, words, simulated }: RunEnd): string {
  if (outcome !== null) return outcomeText(outcome);
  switch (kind) {
    case "notBegun":
      return simulated
        ? vscode.l10n.t("The simulated run was stopped before it began.")
        : vscode.l10n.t("The run was stopped before it began.");
    case "stopped":
      return simulated
        ? vscode.l10n.t("The simulated run was stopped. What was answered is saved.")
        : vscode.l10n.t("The run was stopped. What was answered is saved.");
    case "cutShort":
      return simulated
        ? vscode.l10n.t("The simulated run was cut short. What was answered is saved.")
        : vscode.l10n.t("The run was cut short. What was answered is saved.");
    case "answered":
    case "trouble":
      return troubleText(words, simulated);
  }
}

function troubleText(words: string, simulated: boolean): string {
  if (words !== "") return simulated ? vscode.l10n.t("Simulated run: {0}", words) : words;
  return simulated
    ? vscode.l10n.t("The simulated run ended without an answer.")
    : vscode.l10n.t("The run ended without an answer.");
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
