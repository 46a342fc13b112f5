import * as vscode from "vscode";
import { shownName } from "../files/batchFiles.ts";
import { makeFiles } from "../files/makeFiles.ts";
import { savedSource } from "../files/savedSource.ts";
import { targetFile } from "../files/targetFile.ts";
import { pickModels } from "../models/pickModels.ts";
import type { Command } from "../parts.ts";

/** Create Copy per Model: the same requests for several models, a file each, beside the batch file. */
export const command: Command = async (parts, [given]) => {
  const uri = await targetFile(parts, given);
  const source =
    uri === undefined
      ? undefined
      : await savedSource(uri, vscode.l10n.t("Other files are made of the file on the disk."));
  if (source === undefined) return;
  const models = await pickModels(parts);
  if (models.length === 0) return;
  const args = ["copy", source.fsPath, ...models.flatMap((model) => ["--model", model])];
  await makeFiles(parts, source, args, vscode.l10n.t("Copying {0} for each model", shownName(source)));
};
