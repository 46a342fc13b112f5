import path from "node:path";
import * as vscode from "vscode";
import { activeBatchFile } from "../files/activeBatchFile.ts";
import { asUri } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { pickRun } from "../runs/pickRun.ts";
import { OUTPUT_FILE, ERRORS_FILE } from "../runs/readRun.ts";
import { reveal } from "../runs/reveal.ts";

/** Open Run: shows a run's folder and its answers, and its failed requests on the lines of the batch file. */
export const command: Command = async ({ files, runs, runProblems }, [given]) => {
  const record = await pickRun(runs, asUri(given) ?? activeBatchFile(files), {
    title: vscode.l10n.t("Open which run?"),
    isFit: () => true,
    none: vscode.l10n.t("There are no runs yet."),
  });
  if (record === undefined) return;
  const name = record.completed > 0 ? OUTPUT_FILE : ERRORS_FILE;
  await runProblems.show(vscode.Uri.file(record.input), record.folder);
  await reveal(record.folder);
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path.join(record.folder, name)));
};
