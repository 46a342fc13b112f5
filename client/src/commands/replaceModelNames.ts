import * as vscode from "vscode";
import { followedText, openDocument } from "../files/activeFile.ts";
import { shownName } from "../files/batchFiles.ts";
import { checkedState } from "../files/checkedState.ts";
import { appliedEdit } from "../files/currentEdit.ts";
import { editTrouble } from "../files/editTrouble.ts";
import { targetFile } from "../files/targetFile.ts";
import { pickModel } from "../models/pickModel.ts";
import type { Command, Parts } from "../parts.ts";
import { requests as requestsText } from "../text/counts.ts";
import { step, tell } from "../text/tell.ts";

/** Replace Model Names: gives all requests of one model another. Called with the file and the name, or asks. */
export const command: Command = async (parts, [given, name]) => {
  const uri = await targetFile(parts, given);
  if (uri === undefined) return;
  const document = followedText(uri);
  if (document === undefined) {
    const copy = step(vscode.l10n.t("Create Copy per Model…"), "vllmBatch.copyPerModel", uri);
    tell(parts.log, "information", whyNot(uri), copy);
    return;
  }
  const from = typeof name === "string" ? name : await pickName(parts, uri);
  const to =
    from === undefined ? undefined : await pickModel(parts, from, vscode.l10n.t("Which model instead of {0}?", from));
  if (from === undefined || to === undefined) return;
  const { replaceModelEdit } = await import("../languageClient/languageClient.ts");
  const found = await replaceModelEdit(parts.language, document, { from, to });
  const result = await appliedEdit(found, (edit) => vscode.workspace.applyEdit(edit));
  if (result === "done") return;
  const nothing = vscode.l10n.t("{0}: no request that can be edited names {1}.", shownName(uri), from);
  tell(parts.log, result === "nothing" ? "information" : "warning", editTrouble(result, uri, nothing));
};

function whyNot(uri: vscode.Uri): string {
  const document = openDocument(uri);
  return document === undefined
    ? vscode.l10n.t("This file is not open as a text. A copy for another model can be made of any file.")
    : vscode.l10n.t(
        "The editor takes this file for {0}, not for JSON Lines. A copy for another model can be made of any file.",
        document.languageId,
      );
}

/** The only model of the file, or the one that the person chooses. */
async function pickName(parts: Parts, uri: vscode.Uri): Promise<string | undefined> {
  const { models } = await checkedState(parts, uri);
  const [only] = models;
  if (only === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No request of this file names a model."));
    return undefined;
  }
  if (models.length === 1) return only.name;
  const items = models.map(({ name, requests }) => ({
    label: name,
    description: requestsText(requests),
  }));
  const choice = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Replace which model?") });
  return choice?.label;
}
