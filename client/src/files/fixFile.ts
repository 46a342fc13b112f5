import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { followedText } from "./activeFile.ts";
import { appliedEdit, type EditResult } from "./currentEdit.ts";
import { fixFileOnDisk } from "./fixFileOnDisk.ts";

/**
 * Mends all that can safely be mended: in an open text by one edit that can be undone, else on disk, after a look at what
 * would be done; then all is said that there is to say, and this resolves to null.
 */
export async function fixFile(
  { language, log }: Pick<Parts, "language" | "log">,
  uri: vscode.Uri,
): Promise<EditResult | null> {
  const document = followedText(uri);
  if (document === undefined) {
    await fixFileOnDisk(language, log, uri);
    return null;
  }
  const { fixAllEdit } = await import("../languageClient/languageClient.ts");
  return await appliedEdit(await fixAllEdit(language, document), (edit) => vscode.workspace.applyEdit(edit));
}
