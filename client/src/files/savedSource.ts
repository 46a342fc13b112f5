import path from "node:path";
import * as vscode from "vscode";
import { savedOnDisk } from "./savedOnDisk.ts";

/** The file on disk for work that reads it there. undefined when the person does not save it. @param detail why */
export async function savedSource(uri: vscode.Uri, detail: string): Promise<vscode.Uri | undefined> {
  return await savedOnDisk(uri, {
    elsewhere: vscode.l10n.t("This works only for files on this machine's disk."),
    save: vscode.l10n.t("Save"),
    detail,
    failed: vscode.l10n.t("{0} could not be saved, so nothing was done.", path.basename(uri.path)),
  });
}
