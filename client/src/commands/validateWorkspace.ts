import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import { followedText } from "../files/activeFile.ts";
import { shownName } from "../files/batchFiles.ts";
import type { Command, Parts } from "../parts.ts";
import { errors, files } from "../text/counts.ts";
import { showLogs, tell } from "../text/tell.ts";

/** Validate Workspace: checks every batch file of the workspace on disk; open ones are checked as they are. */
export const command: Command = async (parts) => {
  await parts.files.scan();
  const closed = parts.files.batchFiles.filter((uri) => uri.scheme === "file" && followedText(uri) === undefined);
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
  const show = {
    label: vscode.l10n.t("Show Problems"),
    take: () => vscode.commands.executeCommand("workbench.actions.view.problems"),
  };
  const steps = [...(totals.errors > 0 ? [show] : []), ...(totals.unread > 0 ? [showLogs(parts.log)] : [])];
  tell(parts.log, steps.length > 0 ? "warning" : "information", totalsText(totals), ...steps);
};

interface Totals {
  files: number;
  errors: number;
  /** Files that could not be read. */
  unread: number;
}

function totalsText({ files: checked, errors: found, unread }: Totals): string {
  const text = vscode.l10n.t("{0} checked on disk, with {1}.", files(checked), errors(found));
  return unread === 0 ? text : `${text} ${vscode.l10n.t("Could not be read: {0}.", files(unread))}`;
}

async function checkAll(
  { language, log }: Pick<Parts, "language" | "log">,
  uris: readonly vscode.Uri[],
  progress: vscode.Progress<{ message: string; increment: number }>,
  token: vscode.CancellationToken,
): Promise<Totals> {
  const { checkOnDisk } = await import("../languageClient/languageClient.ts");
  const totals: Totals = { files: 0, errors: 0, unread: 0 };
  for (const uri of uris) {
    progress.report({ message: shownName(uri), increment: 100 / uris.length });
    try {
      const { counts } = await checkOnDisk(language, uri, undefined, token);
      totals.files += 1;
      totals.errors += counts.error;
    } catch (error) {
      if (token.isCancellationRequested) break;
      // One that cannot be read must not keep the others from being checked.
      totals.unread += 1;
      log.error(`${uri.fsPath}: ${messageOf(error)}`);
    }
  }
  return totals;
}
