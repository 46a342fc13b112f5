import * as vscode from "vscode";
import { wholeStateMethod, type FileState } from "../../../server/src/protocol/language.ts";
import type { Parts } from "../parts.ts";
import { followedText } from "./activeFile.ts";
import { shownName } from "./batchFiles.ts";

/**
 * What is wrong with a file as it is now. An open text is the language server's; any other file is checked where it
 * lies, which the person can cancel: then this throws a CancellationError.
 */
export async function checkedState({ language }: Pick<Parts, "language">, uri: vscode.Uri): Promise<FileState> {
  if (followedText(uri) !== undefined) {
    // The answer comes when all edits so far have been read.
    const state = await language.request<FileState | null>(wholeStateMethod, { uri: uri.toString() });
    if (state !== null) return state;
  }
  return await checkWithProgress(language, uri);
}

async function checkWithProgress(language: Parts["language"], uri: vscode.Uri): Promise<FileState> {
  const { checkOnDisk } = await import("../languageClient/languageClient.ts");
  const title = vscode.l10n.t("Checking {0} on disk", shownName(uri));
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      try {
        return await checkOnDisk(language, uri, progress, token);
      } catch (error) {
        throw token.isCancellationRequested ? new vscode.CancellationError() : error;
      }
    },
  );
}
