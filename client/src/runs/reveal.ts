import * as vscode from "vscode";

/** Shows a folder of the workspace in the explorer, and gives the editor back to who types in it. */
export async function reveal(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return;
  const isEditing = vscode.window.activeTextEditor !== undefined;
  await vscode.commands.executeCommand("revealInExplorer", uri);
  if (isEditing) await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
}
