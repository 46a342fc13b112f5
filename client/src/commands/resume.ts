import path from "node:path";
import * as vscode from "vscode";
import { activeBatchFile } from "../files/activeBatchFile.ts";
import { asUri } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { pickServer } from "../endpoints/pickEndpoint.ts";
import { continueRun } from "../runs/continueRun.ts";
import { pickRun } from "../runs/pickRun.ts";
import { readRecord } from "../runs/readRun.ts";
import { RESUME_ELSEWHERE } from "../runs/resumeElsewhere.ts";
import { isUnfinished } from "../runs/runRecord.ts";
import { isTrusted } from "../runs/trust.ts";

/**
 * Resume: goes on with a run that was stopped, failed or cut short. Called with its folder or a batch file, or asks; with
 * RESUME_ELSEWHERE also where.
 */
export const command: Command = async (parts, [given, where]) => {
  if (!isTrusted(parts.log)) return;
  const record =
    typeof given === "string"
      ? await readRecord(given)
      : await pickRun(parts.runs, asUri(given) ?? activeBatchFile(parts.files), {
          title: vscode.l10n.t("Resume which run?"),
          isFit: (one) => isUnfinished(one) && !parts.runs.isActive(one.folder),
          none: vscode.l10n.t("There is no run to go on with."),
        });
  if (record === undefined) return;
  if (record === null) throw new Error(vscode.l10n.t("There is no run in {0}.", path.basename(String(given))));
  const server = where === RESUME_ELSEWHERE ? await pickServer(parts.endpoints, parts.log) : null;
  if (server !== undefined) await continueRun(parts, record, ["resume", record.folder], server);
};
