import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { step, tell } from "../text/tell.ts";
import { activeFile, followedText } from "./activeFile.ts";
import { shownName, type BatchFiles } from "./batchFiles.ts";

/**
 * The batch file that a command is about: what it was called with (by a menu or a lens), else what the person looks at,
 * else one of the workspace, which they choose. undefined when there is none, which is said, or they give up.
 */
export async function targetFile(
  { files, log }: Pick<Parts, "files" | "log">,
  given: unknown,
): Promise<vscode.Uri | undefined> {
  const asked = asUri(given);
  if (asked !== undefined) {
    if (await isBatch(files, asked)) return asked;
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        "{0} does not begin like a batch file, which has one request per line with custom_id, method, url and body.",
        shownName(asked),
      ),
    );
    return undefined;
  }
  const active = activeFile();
  if (active !== undefined && isJsonLines(active) && (await isBatch(files, active))) return active;
  return await pickFile(files, log);
}

/** Lenses and links hand over the address as text, menus as it is. */
export function asUri(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given;
  return typeof given === "string" && given !== "" ? vscode.Uri.parse(given) : undefined;
}

function isJsonLines(uri: vscode.Uri): boolean {
  return followedText(uri) !== undefined || /\.(jsonl|ndjson)$/i.test(uri.path);
}

async function isBatch(files: BatchFiles, uri: vscode.Uri): Promise<boolean> {
  return files.kindOf(uri) === "batch" || (await files.look(uri)) === "batch";
}

async function pickFile(files: BatchFiles, log: vscode.LogOutputChannel): Promise<vscode.Uri | undefined> {
  await files.scan();
  const items = files.batchFiles
    .map((uri) => ({ label: shownName(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  if (items.length > 0) {
    const choice = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Which batch file?") });
    return choice?.uri;
  }
  const text = vscode.l10n.t(
    "There is no batch file here: a JSONL file with one request per line (custom_id, method, url, body).",
  );
  tell(log, "information", text, step(vscode.l10n.t("Open a Sample"), "vllmBatch.openSample"));
  return undefined;
}
