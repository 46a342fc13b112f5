import path from "node:path";
import * as vscode from "vscode";
import type { FileState } from "../../../server/src/protocol/language.ts";
import { openDocument } from "../files/activeFile.ts";
import { checkedState } from "../files/checkedState.ts";
import { editTrouble, nothingToMend } from "../files/editTrouble.ts";
import { fixFile } from "../files/fixFile.ts";
import { savedOnDisk } from "../files/savedOnDisk.ts";
import { saveDocument } from "../files/saveDocument.ts";
import type { Parts } from "../parts.ts";
import { problems, requests as requestsText } from "../text/counts.ts";
import { grouped } from "../text/figures.ts";

/** The file on disk that holds what the person sees; undefined when they do not want to save it. */
export async function savedFile(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  return await savedOnDisk(uri, {
    elsewhere: vscode.l10n.t("Only files on this machine's disk can be run. Save a copy of this one there first."),
    save: vscode.l10n.t("Save and Run"),
    detail: vscode.l10n.t("A run reads the file from the disk."),
    failed: notSaved(uri),
  });
}

function notSaved(uri: vscode.Uri): string {
  return vscode.l10n.t("{0} could not be saved, so it was not run.", path.basename(uri.fsPath));
}

type FileParts = Pick<Parts, "language" | "log">;

/** Whether to go on with a file: asks what to do about requests with errors, as often as there are some left to fix. */
export async function isReady(parts: FileParts, uri: vscode.Uri): Promise<boolean> {
  for (let mayFix = true; ; mayFix = false) {
    const state = await checkedState(parts, uri);
    if (state.invalid === 0) return true;
    const answer = await askAboutErrors(state, mayFix && state.safelyFixable > 0);
    if (answer === "run") return true;
    if (answer === "show") await showProblems(uri);
    if (answer !== "fix") return false;
    const result = await fixFile(parts, uri);
    if (result !== null && result !== "done") throw new Error(editTrouble(result, uri, nothingToMend(uri)));
    if (!(await saveDocument(openDocument(uri)))) throw new Error(notSaved(uri));
  }
}

async function askAboutErrors(
  { requests, invalid, safelyFixable }: FileState,
  mayFix: boolean,
): Promise<"fix" | "run" | "show" | null> {
  const { language } = vscode.env;
  const good = requests - invalid;
  const fix = vscode.l10n.t("Fix and Run");
  const run = vscode.l10n.t("Run the Valid {0}", grouped(good, language));
  const show = vscode.l10n.t("Show Problems");
  const details = [
    ...(mayFix ? [vscode.l10n.t("Can be mended safely: {0}.", problems(safelyFixable))] : []),
    vscode.l10n.t("Requests with errors are never sent; they are listed in errors.jsonl of the run."),
  ];
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Errors in {0} of {1}.", grouped(invalid, language), requestsText(requests)),
    { modal: true, detail: details.join("\n") },
    ...(mayFix ? [fix] : []),
    ...(good > 0 ? [run] : []),
    show,
  );
  switch (chosen) {
    case fix:
      return "fix";
    case run:
      return "run";
    case show:
      return "show";
    default:
      return null;
  }
}

export async function showProblems(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand("vscode.open", uri);
  await vscode.commands.executeCommand("workbench.actions.view.problems");
}
