import * as vscode from "vscode";
import type { FileState } from "../../../server/src/protocol/language.ts";
import type { Parts } from "../parts.ts";
import { openDocument } from "./activeFile.ts";
import { shownName } from "./batchFiles.ts";

/**
 * What is wrong with a file as it is now. An open text is the language server's; any other file is checked where it
 * lies, which the person can cancel: then this throws a CancellationError.
 */
export async function checkedState(
  { language, states }: Pick<Parts, "language" | "states">,
  uri: vscode.Uri,
): Promise<FileState> {
  if (openDocument(uri) !== undefined) {
    // The answer comes when all edits so far have been read, and after what the server says of the file.
    await language.request("textDocument/diagnostic", { textDocument: { uri: uri.toString() } });
    const state = states.of(uri);
    if (state !== undefined) return state;
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
