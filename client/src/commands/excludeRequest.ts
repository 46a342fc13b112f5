import * as vscode from "vscode";
import { asUri } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { isAbout } from "../runs/failureLine.ts";
import { readFailures } from "../runs/readRun.ts";

/** Takes a request out of the batch file, by an edit: called by the language server with file, run and custom_id. */
export const command: Command = async (_parts, [given, run, customId]) => {
  const uri = asUri(given);
  if (uri === undefined || typeof customId !== "string") return;
  const document = await vscode.workspace.openTextDocument(uri);
  const lines = linesOf(document, customId);
  if (lines.length === 0) {
    throw new Error(vscode.l10n.t("There is no line with the custom_id {0} any more.", customId));
  }
  const line = await theOne(document, lines, typeof run === "string" ? await failedLine(run, customId) : undefined);
  if (line === undefined) return;
  const edit = new vscode.WorkspaceEdit();
  edit.delete(uri, document.lineAt(line).rangeIncludingLineBreak);
  await vscode.workspace.applyEdit(edit);
};

/** The lines with a custom_id, which should be one; they count from 0. */
function linesOf(document: vscode.TextDocument, customId: string): number[] {
  return Array.from({ length: document.lineCount }, (_, line) => line).filter((line) =>
    isAbout(document.lineAt(line).text, customId),
  );
}

/** Where a request stood in the file as it was run. */
async function failedLine(run: string, customId: string): Promise<number | undefined> {
  const failures = await readFailures(run);
  const failure = failures.find((one) => one.customId === customId);
  return failure === undefined ? undefined : failure.line - 1;
}

/** Of several lines with the same id the one that failed, else the one that the person says. undefined: they give up. */
async function theOne(
  document: vscode.TextDocument,
  lines: readonly number[],
  failed: number | undefined,
): Promise<number | undefined> {
  if (lines.length === 1) return lines[0];
  if (failed !== undefined && lines.includes(failed)) return failed;
  const items = lines.map((line) => ({
    label: vscode.l10n.t("Line {0}", line + 1),
    description: document.lineAt(line).text.slice(0, MAX_SHOWN),
    line,
  }));
  const choice = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Several requests have this custom_id. Exclude which?"),
  });
  return choice?.line;
}

/** More of a line is not seen in a list. */
const MAX_SHOWN = 300;
