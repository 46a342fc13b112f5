import path from "node:path";
import * as vscode from "vscode";
import { readRecord, RECORD_FILE } from "./readRun.ts";
import type { RunRecord } from "./runRecord.ts";

/** More than these nobody picks from a list. */
const MAX_RUNS = 500;

/**
 * The runs of a batch file, or all of the workspace; the newest first.
 * @param input null for all
 */
export async function findRuns(input: vscode.Uri | null): Promise<RunRecord[]> {
  const pattern =
    input === null
      ? `**/*.runs/*/${RECORD_FILE}`
      : new vscode.RelativePattern(vscode.Uri.joinPath(input, ".."), `*.runs/*/${RECORD_FILE}`);
  // Folders of runs are often hidden from searches; here they are looked for.
  const files = await vscode.workspace.findFiles(pattern, null, MAX_RUNS);
  const records = await Promise.all(files.map(({ fsPath }) => readRecord(path.dirname(fsPath))));
  return records
    .filter((record) => record !== null)
    .filter((record) => input === null || record.input === input.fsPath)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
