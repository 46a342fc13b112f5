import * as vscode from "vscode";
import { openDocument } from "../files/activeFile.ts";
import { shownName } from "../files/batchFiles.ts";
import { fixFile } from "../files/fixFile.ts";
import { targetFile } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { tell } from "../text/tell.ts";

/** Fix All: mends what can safely be mended in a batch file, open or not, of any size. */
export const command: Command = async (parts, [given]) => {
  const uri = await targetFile(parts, given);
  if (uri === undefined) return;
  const isFixed = await fixFile(parts, uri);
  if (isFixed || openDocument(uri) === undefined) return;
  tell(parts.log, "information", vscode.l10n.t("Nothing in {0} can be mended safely.", shownName(uri)));
};
