import path from "node:path";
import * as vscode from "vscode";
import { activeBatchFile } from "../files/activeBatchFile.ts";
import type { Command } from "../parts.ts";
import { continueRun } from "../runs/continueRun.ts";
import { pickRun } from "../runs/pickRun.ts";
import { readRecord } from "../runs/readRun.ts";
import { isUnfinished } from "../runs/runRecord.ts";
import { isTrusted } from "../runs/trust.ts";

/** Resume: goes on with a run that was stopped, failed or cut short. Called with its folder, or asks. */
export const command: Command = async (parts, [folder]) => {
  if (!isTrusted(parts.log)) return;
  const record =
    typeof folder === "string"
      ? await readRecord(folder)
      : await pickRun(parts.runs, activeBatchFile(parts.files), {
          title: vscode.l10n.t("Resume which run?"),
          isFit: (one) => isUnfinished(one) && !parts.runs.isActive(one.folder),
          none: vscode.l10n.t("There is no run to go on with."),
        });
  if (record === undefined) return;
  if (record === null) throw new Error(vscode.l10n.t("There is no run in {0}.", path.basename(String(folder))));
  await continueRun(parts, record, ["resume", record.folder]);
};
