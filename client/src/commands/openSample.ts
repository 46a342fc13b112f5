import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Command } from "../parts.ts";

/** Open Sample: a small batch file with the mistakes people make, as a text that belongs to no file yet. */
export const command: Command = async ({ extensionUri }) => {
  const content = await readFile(vscode.Uri.joinPath(extensionUri, "media", "sample.jsonl").fsPath, "utf8");
  const document = await vscode.workspace.openTextDocument({ language: "jsonl", content });
  await vscode.window.showTextDocument(document);
};
