import * as vscode from "vscode";

/** Asks whether the value of an environment variable may be sent to a server, as the `run.json` of a run wants it. */
export async function askToSendKey(variable: string, origin: string): Promise<boolean> {
  const send = vscode.l10n.t("Send It");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Send the value of the environment variable {0} to {1}?", variable, origin),
    { modal: true, detail: vscode.l10n.t("The run.json of this run names it as the key of that server.") },
    send,
  );
  return chosen === send;
}
