import * as vscode from "vscode";
import { openDocument } from "../files/activeFile.ts";
import { checkedState } from "../files/checkedState.ts";
import { targetFile } from "../files/targetFile.ts";
import { pickModel } from "../models/pickModel.ts";
import type { Command, Parts } from "../parts.ts";
import { requests as requestsText } from "../text/counts.ts";
import { step, tell } from "../text/tell.ts";

/** Replace Model Names: gives all requests of one model another. Called with the file and the name, or asks. */
export const command: Command = async (parts, [given, name]) => {
  const uri = await targetFile(parts, given);
  if (uri === undefined) return;
  const document = openDocument(uri);
  if (document === undefined) {
    const text = vscode.l10n.t("This file is not open as a text. A copy for another model can be made of any file.");
    tell(parts.log, "information", text, step(vscode.l10n.t("Create Copy per Model…"), "vllmBatch.copyPerModel", uri));
    return;
  }
  const from = typeof name === "string" ? name : await pickName(parts, uri);
  const to =
    from === undefined ? undefined : await pickModel(parts, from, vscode.l10n.t("Which model instead of {0}?", from));
  if (from === undefined || to === undefined) return;
  const { replaceModelEdit } = await import("../languageClient/languageClient.ts");
  const edit = await replaceModelEdit(parts.language, document, { from, to });
  if (edit !== null) await vscode.workspace.applyEdit(edit);
};

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
