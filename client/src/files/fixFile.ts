import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { openDocument } from "./activeFile.ts";
import { fixFileOnDisk } from "./fixFileOnDisk.ts";

/**
 * Mends all that can safely be mended: in an open text by one edit that can be undone, else on disk, after a look at what
 * would be done. Resolves to whether anything was mended.
 */
export async function fixFile({ language, log }: Pick<Parts, "language" | "log">, uri: vscode.Uri): Promise<boolean> {
  const document = openDocument(uri);
  if (document === undefined) return await fixFileOnDisk(language, log, uri);
  const { fixAllEdit } = await import("../languageClient/languageClient.ts");
  const edit = await fixAllEdit(language, document);
  return edit !== null && (await vscode.workspace.applyEdit(edit));
}
