import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import { openDocument } from "../files/activeFile.ts";
import { shownName } from "../files/batchFiles.ts";
import type { Command, Parts } from "../parts.ts";
import { errors, files } from "../text/counts.ts";
import { tell } from "../text/tell.ts";

/** Validate Workspace: checks every batch file of the workspace on disk; open ones are checked as they are. */
export const command: Command = async (parts) => {
  await parts.files.scan();
  const closed = parts.files.batchFiles.filter((uri) => uri.scheme === "file" && openDocument(uri) === undefined);
  if (closed.length === 0) {
    const none = vscode.l10n.t("There is no batch file here, but for open ones, which are checked as you type.");
    void vscode.window.showInformationMessage(none);
    return;
  }
  const title = vscode.l10n.t("Checking batch files");
  const location = vscode.ProgressLocation.Notification;
  const totals = await vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) =>
    checkAll(parts, closed, progress, token),
  );
  const text = vscode.l10n.t("{0} checked on disk, with {1}.", files(totals.files), errors(totals.errors));
  const show = {
    label: vscode.l10n.t("Show Problems"),
    take: () => vscode.commands.executeCommand("workbench.actions.view.problems"),
  };
  tell(parts.log, totals.errors > 0 ? "warning" : "information", text, ...(totals.errors > 0 ? [show] : []));
};

async function checkAll(
  { language, log }: Pick<Parts, "language" | "log">,
  uris: readonly vscode.Uri[],
  progress: vscode.Progress<{ message: string; increment: number }>,
  token: vscode.CancellationToken,
): Promise<{ files: number; errors: number }> {
  const { checkOnDisk } = await import("../languageClient/languageClient.ts");
  const totals = { files: 0, errors: 0 };
  for (const uri of uris) {
    progress.report({ message: shownName(uri), increment: 100 / uris.length });
    try {
      const { counts } = await checkOnDisk(language, uri, undefined, token);
      totals.files += 1;
      totals.errors += counts.error;
    } catch (error) {
      if (token.isCancellationRequested) break;
      // One that cannot be read must not keep the others from being checked.
      log.error(`${uri.fsPath}: ${messageOf(error)}`);
    }
  }
  return totals;
}
