import path from "node:path";
import * as vscode from "vscode";
import { findRuns } from "./findRuns.ts";
import type { RunRecord } from "./runRecord.ts";
import type { Runs } from "./runs.ts";
import { runText } from "./runWords.ts";

export interface RunQuestion {
  title: string;
  /** Which runs may be chosen. */
  isFit: (record: RunRecord) => boolean;
  /** Said when there is none. */
  none: string;
}

/**
 * Lets the person choose a run, of one batch file or of the workspace; the only one is taken without asking. undefined
 * when there is none, which is said, or the person gives up.
 */
export async function pickRun(
  runs: Runs,
  input: vscode.Uri | null,
  question: RunQuestion,
): Promise<RunRecord | undefined> {
  const found = (await findRuns(input)).filter(question.isFit);
  const [only] = found;
  if (only === undefined) {
    void vscode.window.showInformationMessage(question.none);
    return undefined;
  }
  if (found.length === 1) return only;
  const items = found.map((record) => ({
    label: path.basename(record.folder),
    description: runText(record, runs.isActive(record.folder)),
    detail: input === null ? vscode.workspace.asRelativePath(record.input) : whenText(record),
    record,
  }));
  const choice = await vscode.window.showQuickPick(items, { title: question.title, matchOnDescription: true });
  return choice?.record;
}

function whenText({ createdAt }: RunRecord): string {
  const at = new Date(createdAt);
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleString(vscode.env.language);
}
