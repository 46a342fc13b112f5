import * as vscode from "vscode";
import { isFollowed } from "./followed.ts";

/** The file that the person looks at, also one that is too large for extensions to see its text. */
export function activeFile(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText) return input.uri;
  return vscode.window.activeTextEditor?.document.uri;
}

/** Its text, where VS Code shows it to extensions. */
export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** Its text, where it is the language server's. */
export function followedText(uri: vscode.Uri): vscode.TextDocument | undefined {
  const document = openDocument(uri);
  return document !== undefined && isFollowed(document) ? document : undefined;
}
