import type { Disposable, LogOutputChannel } from "vscode";
import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { BatchFiles } from "../files/batchFiles.ts";
import { isFollowed } from "../files/followed.ts";
import type { Language } from "./language.ts";

/** Starts the language server with the first open text that is a batch file or holds results; other JSONL starts nothing. */
export function startWhenNeeded(files: BatchFiles, language: Language, log: LogOutputChannel): Disposable {
  const look = () => {
    if (language.health.kind !== "off") return;
    const isOurs = (document: vscode.TextDocument) => isFollowed(document) && files.kindOf(document.uri) !== "other";
    if (!vscode.workspace.textDocuments.some(isOurs)) return;
    language.client().catch((error: unknown) => log.error(`The language server was not started: ${messageOf(error)}`));
  };
  const listening = [files.onDidChange(look), vscode.workspace.onDidOpenTextDocument(look)];
  look();
  return vscode.Disposable.from(...listening);
}
