import * as vscode from "vscode";

/** Files that are batch files whatever they begin with, by the user's settings. */
export function includedGlobs(uri: vscode.Uri): string[] {
  const globs: unknown = vscode.workspace.getConfiguration("vllmBatch", uri).get("files.include");
  return Array.isArray(globs) ? globs.filter((glob) => typeof glob === "string") : [];
}
