import path from "node:path";
import * as vscode from "vscode";
import { activeBatchFile } from "../files/activeBatchFile.ts";
import { asUri } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { continueRun } from "../runs/continueRun.ts";
import { pickRun } from "../runs/pickRun.ts";
import { readRecord } from "../runs/readRun.ts";
import { mayRetry } from "../runs/runRecord.ts";
import { isTrusted } from "../runs/trust.ts";

/** Retry Failed: sends the failed requests of a finished run once more. Called with its folder or a batch file, or asks. */
export const command: Command = async (parts, [given]) => {
  if (!isTrusted(parts.log)) return;
  const record =
    typeof given === "string"
      ? await readRecord(given)
      : await pickRun(parts.runs, asUri(given) ?? activeBatchFile(parts.files), {
          title: vscode.l10n.t("Retry the failed requests of which run?"),
          isFit: (one) => mayRetry(one) && !parts.runs.isActive(one.folder),
          none: vscode.l10n.t("No finished run has failed requests."),
        });
  if (record === undefined) return;
  if (record === null) throw new Error(vscode.l10n.t("There is no run in {0}.", path.basename(String(given))));
  await continueRun(parts, record, ["retry", record.folder]);
};
