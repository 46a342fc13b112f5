import path from "node:path";
import * as vscode from "vscode";
import { openDocument } from "./activeFile.ts";
import { saveDocument } from "./saveDocument.ts";

export interface SavingWords {
  /** Of a file that is not on this machine. */
  elsewhere: string;
  /** The button, and why. */
  save: string;
  detail: string;
  /** Of one that cannot be saved. */
  failed: string;
}

/** The file on disk that holds what the person sees; undefined when they do not want to save it. */
export async function savedOnDisk(
  uri: vscode.Uri,
  { elsewhere, save, detail, failed }: SavingWords,
): Promise<vscode.Uri | undefined> {
  if (uri.scheme === "untitled") return await vscode.workspace.saveAs(uri);
  if (uri.scheme !== "file") throw new Error(elsewhere);
  if (openDocument(uri)?.isDirty !== true) return uri;
  const question = vscode.l10n.t("{0} has changes that are not saved.", path.basename(uri.fsPath));
  const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, save);
  if (chosen !== save) return undefined;
  if (!(await saveDocument(openDocument(uri)))) throw new Error(failed);
  return uri;
}
