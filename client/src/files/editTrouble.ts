import * as vscode from "vscode";
import type { EditResult } from "./currentEdit.ts";
import { shownName } from "./batchFiles.ts";

/** Why a text was not edited. */
export function editTrouble(result: Exclude<EditResult, "done">, uri: vscode.Uri, nothing: string): string {
  switch (result) {
    case "nothing":
      return nothing;
    case "changed":
      return vscode.l10n.t("{0} was changed meanwhile, so nothing was done. Try again.", shownName(uri));
    case "refused":
      return vscode.l10n.t("VS Code did not take the change of {0}: is it read-only?", shownName(uri));
  }
}

export function nothingToMend(uri: vscode.Uri): string {
  return vscode.l10n.t("Nothing in {0} can be mended safely.", shownName(uri));
}
