import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";

export interface NextStep {
  label: string;
  take: () => Thenable<unknown>;
}

const show = {
  information: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

/** Says something, with what could be done next. Waits for nobody: a notification may stay for hours. */
export function tell(
  log: vscode.LogOutputChannel,
  severity: keyof typeof show,
  text: string,
  ...steps: readonly NextStep[]
): void {
  show[severity](text, ...steps.map(({ label }) => label))
    .then((chosen) => steps.find(({ label }) => label === chosen)?.take())
    .then(undefined, (error: unknown) => {
      log.error(messageOf(error));
      void vscode.window.showErrorMessage(messageOf(error));
    });
}

export function showLogs(log: vscode.LogOutputChannel): NextStep {
  return {
    label: vscode.l10n.t("Show Logs"),
    take: () => {
      log.show();
      return Promise.resolve();
    },
  };
}

/** A step that is a command of ours or of VS Code. */
export function step(label: string, command: string, ...args: readonly unknown[]): NextStep {
  return { label, take: () => vscode.commands.executeCommand(command, ...args) };
}
