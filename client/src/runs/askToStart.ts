import * as vscode from "vscode";
import type { ConsentKind, ConsentRequest } from "../../../server/src/protocol/engine.ts";

/** Asks whether what came with a folder may decide what is executed on this machine. Shows all of it. */
export async function askToStart({ path, parts }: ConsentRequest): Promise<boolean> {
  const start = vscode.l10n.t("Start It");
  const detail = [
    vscode.l10n.t("{0} may have come with the folder, and it decides what is executed on your machine:", path),
    "",
    ...parts.map(({ kind, text }) => `${kindText(kind)}: ${text}`),
    "",
    vscode.l10n.t(
      "Only go on if you trust where this folder comes from. You are asked again when any of this changes.",
    ),
  ].join("\n");
  const question = vscode.l10n.t("Start an engine as this folder says?");
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, start)) === start;
}

function kindText(kind: ConsentKind): string {
  switch (kind) {
    case "program":
      return vscode.l10n.t("Program");
    case "file":
      return vscode.l10n.t("File of the program");
    case "flag":
      return vscode.l10n.t("Flag");
    case "variable":
      return vscode.l10n.t("Environment variable");
    case "model":
      return vscode.l10n.t("Code that comes with the model");
  }
}
