import * as vscode from "vscode";
import { isAtTheFile } from "./isAtTheFile.ts";

/** Only what is in the workspace is in the explorer. */
export function canReveal(folder: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) !== undefined;
}

/** Shows a folder of the workspace in the explorer, which gets the focus: for who has asked for it. */
export async function reveal(folder: string): Promise<void> {
  if (canReveal(folder)) await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(folder));
}

/**
 * Shows a folder at the end of a run, which may have taken hours, where that takes the focus from nobody; resolves to
 * whether it did. `revealInExplorer` always focuses the explorer (VS Code 1.139), and what has the focus, such as a
 * terminal, can be given it back only when it is known. So it is done only while the person is at the batch file, to
 * which the focus then returns. All others get a button: what they type must land neither in the explorer, where keys
 * move and delete files, nor in the batch file.
 */
export async function revealQuietly(folder: string, input: vscode.Uri): Promise<boolean> {
  const document = vscode.window.activeTextEditor?.document;
  const whereabouts = {
    activeEditor: document?.uri.toString() ?? null,
    isDirty: document?.isDirty === true,
    terminals: vscode.window.terminals.length,
  };
  if (!canReveal(folder) || !isAtTheFile(whereabouts, input.toString())) return false;
  await reveal(folder);
  await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
  return true;
}
