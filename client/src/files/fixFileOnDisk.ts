import { lstat } from "node:fs/promises";
import * as vscode from "vscode";
import type { MendedOnDisk } from "../../../server/src/protocol/language.ts";
import { errorCodeOf } from "../../../server/src/util/unknown.ts";
import type { Language } from "../language/language.ts";
import { lines } from "../text/counts.ts";
import { grouped } from "../text/figures.ts";
import { tell } from "../text/tell.ts";
import { openDocument } from "./activeFile.ts";
import { shownName } from "./batchFiles.ts";
import { savedSource } from "./savedSource.ts";

/**
 * Mends a file where it lies: says first how many lines of which problems would be changed, and keeps a copy of the file
 * as it was. Throws a CancellationError when the person stops it.
 */
export async function fixFileOnDisk(
  language: Language,
  log: vscode.LogOutputChannel,
  shown: vscode.Uri,
): Promise<void> {
  const uri = await savedSource(shown, vscode.l10n.t("The file is mended on the disk."));
  if (uri === undefined) return;
  const name = shownName(uri);
  const plan = await mend(language, uri, null, vscode.l10n.t("Looking for what can be mended in {0}", name));
  if (plan.changedLines === 0) {
    tell(log, "information", vscode.l10n.t("Nothing in {0} can be mended safely.", name));
    return;
  }
  const backup = await freeName(uri);
  const fix = vscode.l10n.t("Fix on Disk");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("Change {0} in {1} on disk?", lines(plan.changedLines), name),
    { modal: true, detail: [listed(plan.applied), ...whyOnDisk(uri), keptAs(backup)].join("\n\n") },
    fix,
  );
  if (chosen !== fix) return;
  const done = await mend(language, uri, backup, vscode.l10n.t("Mending {0}", name));
  const changed = lines(done.changedLines);
  const text = vscode.l10n.t("Changed {0} in {1}. The file as it was: {2}", changed, name, shownName(backup));
  tell(log, "information", text);
  await checkAgain(language, uri);
}

/** Of a file whose text is open, people expect an edit that can be undone. */
function whyOnDisk(uri: vscode.Uri): string[] {
  const document = openDocument(uri);
  if (document === undefined) return [];
  return [
    vscode.l10n.t("The editor takes it for {0}, not for JSON Lines, so it is mended on disk.", document.languageId),
  ];
}

function keptAs(backup: vscode.Uri): string {
  return vscode.l10n.t("A copy is kept as {0}.", shownName(backup));
}

/** What was published about the file is about the one that is gone. */
async function checkAgain(language: Language, uri: vscode.Uri): Promise<void> {
  const { checkOnDisk } = await import("../languageClient/languageClient.ts");
  const title = vscode.l10n.t("Checking {0} on disk", shownName(uri));
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    checkOnDisk(language, uri),
  );
}

async function mend(
  language: Language,
  uri: vscode.Uri,
  backup: vscode.Uri | null,
  title: string,
): Promise<MendedOnDisk> {
  const { fixOnDisk } = await import("../languageClient/languageClient.ts");
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      try {
        return await fixOnDisk(language, uri, backup, progress, token);
      } catch (error) {
        throw token.isCancellationRequested ? new vscode.CancellationError() : error;
      }
    },
  );
}

/** `requests.jsonl.bak`, or with a number where that is taken. */
async function freeName(uri: vscode.Uri): Promise<vscode.Uri> {
  for (let number = 1; ; number += 1) {
    const name = uri.with({ path: `${uri.path}${number === 1 ? ".bak" : `.${number}.bak`}` });
    try {
      await lstat(name.fsPath);
    } catch (error) {
      if (errorCodeOf(error) === "ENOENT") return name;
      throw error;
    }
  }
}

/** Codes and counts, the most frequent first, a line each. */
function listed(applied: Readonly<Record<string, number>>): string {
  return Object.entries(applied)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code}: ${grouped(count, vscode.env.language)}`)
    .join("\n");
}
