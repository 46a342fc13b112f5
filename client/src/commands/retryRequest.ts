import path from "node:path";
import * as vscode from "vscode";
import type { Command } from "../parts.ts";
import { continueRun } from "../runs/continueRun.ts";
import { readRecord } from "../runs/readRun.ts";
import { isTrusted } from "../runs/trust.ts";

/** Sends one failed request again: called by the language server with the file, the run folder and the custom_id. */
export const command: Command = async (parts, [, folder, customId]) => {
  if (typeof folder !== "string" || typeof customId !== "string" || !isTrusted(parts.log)) return;
  const record = await readRecord(folder);
  if (record === null) throw new Error(vscode.l10n.t("There is no run in {0}.", path.basename(folder)));
  await continueRun(parts, record, ["retry", folder, "--only", customId]);
};
