import path from "node:path";
import * as vscode from "vscode";
import { openDocument } from "./activeFile.ts";

/** The file on disk of which others are made, with what the person sees in it. undefined when they do not save it. */
export async function savedSource(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  if (uri.scheme === "untitled") return await vscode.workspace.saveAs(uri);
  if (uri.scheme !== "file") throw new Error(vscode.l10n.t("This works only for files on this machine's disk."));
  if (openDocument(uri)?.isDirty !== true) return uri;
  const save = vscode.l10n.t("Save");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0} has changes that are not saved.", path.basename(uri.fsPath)),
    { modal: true, detail: vscode.l10n.t("Other files are made of the file on the disk.") },
    save,
  );
  return chosen === save ? await vscode.workspace.save(uri) : undefined;
}
