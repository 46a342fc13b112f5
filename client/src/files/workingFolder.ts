import path from "node:path";
import * as vscode from "vscode";

/**
 * Where programs that work on a file start: the folder of the workspace that it is in, with its profiles and Python
 * environment, else the file's own.
 * @param file null: any of the workspace; then undefined where that has no folder on disk
 */
export function workingFolder(file: vscode.Uri): string;
export function workingFolder(file: vscode.Uri | null): string | undefined;
export function workingFolder(file: vscode.Uri | null): string | undefined {
  const isOnDisk = ({ uri }: vscode.WorkspaceFolder): boolean => uri.scheme === "file";
  if (file === null) return vscode.workspace.workspaceFolders?.find(isOnDisk)?.uri.fsPath;
  const folder = vscode.workspace.getWorkspaceFolder(file);
  return folder !== undefined && isOnDisk(folder) ? folder.uri.fsPath : path.dirname(file.fsPath);
}
