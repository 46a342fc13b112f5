import * as vscode from "vscode";
import { workingFolder } from "../files/workingFolder.ts";
import type { Command } from "../parts.ts";
import { isTrusted } from "../runs/trust.ts";

/** Doctor: what is there for running a batch on this machine, and what to do next. */
export const command: Command = async ({ cli, log, texts }) => {
  if (!isTrusted(log)) return;
  const lines: string[] = [];
  const title = vscode.l10n.t("Looking at this machine");
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
    const cwd = workingFolder(null);
    const call = {
      args: ["doctor"],
      onLine: (line: string) => void lines.push(line),
      ...(cwd !== undefined && { cwd }),
    };
    await cli.run(call, token);
    if (token.isCancellationRequested) throw new vscode.CancellationError();
  });
  await texts.show("vLLM Batch Doctor.txt", lines.join("\n"));
};
