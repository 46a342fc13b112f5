import * as vscode from "vscode";

/** Changes a setting of ours for the workspace, or for the user where no workspace is open. */
export async function changeSetting(key: string, change: (old: unknown) => unknown): Promise<void> {
  const settings = vscode.workspace.getConfiguration("vllmBatch");
  const found = settings.inspect<unknown>(key);
  const hasWorkspace = (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
  const old = hasWorkspace ? (found?.workspaceValue ?? found?.globalValue) : found?.globalValue;
  const target = hasWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update(key, change(old), target);
}
