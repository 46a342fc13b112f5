import * as vscode from "vscode";
import { asUri } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { isAbout } from "../runs/failureLine.ts";

/** Takes a request out of the batch file, by an edit: called by the language server with file, run and custom_id. */
export const command: Command = async (_parts, [given, , customId]) => {
  const uri = asUri(given);
  if (uri === undefined || typeof customId !== "string") return;
  const document = await vscode.workspace.openTextDocument(uri);
  const range = lineOf(document, customId);
  if (range === null) throw new Error(vscode.l10n.t("There is no line with the custom_id {0} any more.", customId));
  const edit = new vscode.WorkspaceEdit();
  edit.delete(uri, range);
  await vscode.workspace.applyEdit(edit);
};

/** The line of a request with its line end; null when no line is it. */
function lineOf(document: vscode.TextDocument, customId: string): vscode.Range | null {
  for (let line = 0; line < document.lineCount; line += 1) {
    const { text, rangeIncludingLineBreak } = document.lineAt(line);
    if (isAbout(text, customId)) return rangeIncludingLineBreak;
  }
  return null;
}
