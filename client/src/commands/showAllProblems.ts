import * as vscode from "vscode";
import path from "node:path";
import { allProblemsMethod } from "../../../server/src/protocol/language.ts";
import { targetFile } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";

/** Show All Problems: every problem of a file as a text, also those that the Problems view has no room for. */
export const command: Command = async ({ files, language, log, texts }, [given]) => {
  const uri = await targetFile({ files, log }, given);
  if (uri === undefined) return;
  const text = await language.request<string>(allProblemsMethod, { uri: uri.toString() });
  await texts.show(vscode.l10n.t("Problems of {0}.txt", path.posix.basename(uri.path)), text);
};
