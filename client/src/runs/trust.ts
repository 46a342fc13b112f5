import * as vscode from "vscode";
import { step, tell } from "../text/tell.ts";

/** Whether programs may be started and servers asked for this workspace. Says so when not. */
export function isTrusted(log: vscode.LogOutputChannel): boolean {
  if (vscode.workspace.isTrusted) return true;
  const text = vscode.l10n.t(
    "Batches run, and engines start, only in a workspace that you trust. Checking and fixing files works.",
  );
  tell(log, "warning", text, step(vscode.l10n.t("Manage Workspace Trust"), "workbench.trust.manage"));
  return false;
}
