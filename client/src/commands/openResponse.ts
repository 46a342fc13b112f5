import * as vscode from "vscode";
import type { Command } from "../parts.ts";
import { findResponse } from "../runs/readRun.ts";

/** Opens what came of a request: called by the language server with the file, the run folder and the custom_id. */
export const command: Command = async (_parts, [, folder, customId]) => {
  if (typeof folder !== "string" || typeof customId !== "string") return;
  const found = await findResponse(folder, customId);
  if (found === null) throw new Error(vscode.l10n.t("The run holds no answer to {0}.", customId));
  const start = new vscode.Position(found.line, 0);
  const selection = new vscode.Range(start, start);
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(found.file), { selection });
};
