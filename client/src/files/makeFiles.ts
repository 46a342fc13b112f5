import path from "node:path";
import * as vscode from "vscode";
import { ExitCode } from "../../../server/src/protocol/exitCode.ts";
import type { Parts } from "../parts.ts";
import { files as filesText } from "../text/counts.ts";
import { step, tell } from "../text/tell.ts";
import { parseMadeFiles } from "./madeFiles.ts";

/**
 * Lets the program make files of a batch file (its verbs `copy` and `split`). Where files of these names exist, asks
 * before anything is written. Throws what the program says when it cannot, and a CancellationError when it is stopped.
 */
export async function makeFiles(
  { cli, log }: Pick<Parts, "cli" | "log">,
  source: vscode.Uri,
  args: readonly string[],
  title: string,
): Promise<void> {
  let end = await work(cli, source, args, title);
  if (end.exitCode === ExitCode.no) {
    const overwrite = vscode.l10n.t("Overwrite");
    const names = parseMadeFiles(end.stdout).existing.map((file) => path.basename(file));
    const question = vscode.l10n.t("There are files of these names already.");
    const detail = [...names.slice(0, 10), ...(names.length > 10 ? ["…"] : [])].join("\n");
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, overwrite);
    if (chosen !== overwrite) return;
    end = await work(cli, source, [...args, "--overwrite"], title);
  }
  if (end.exitCode !== ExitCode.ok) throw new Error(end.words || vscode.l10n.t("The files were not made."));
  const { files } = parseMadeFiles(end.stdout);
  const [first] = files;
  const open = first === undefined ? [] : [step(vscode.l10n.t("Open"), "vscode.open", vscode.Uri.file(first))];
  tell(log, "information", vscode.l10n.t("Made {0}: {1}", filesText(files.length), shownNames(files)), ...open);
}

async function work(cli: Parts["cli"], source: vscode.Uri, args: readonly string[], title: string) {
  const words: string[] = [];
  const location = vscode.ProgressLocation.Notification;
  const end = await vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
    const running = cli.start({
      args: [...args, "--json"],
      cwd: path.dirname(source.fsPath),
      onLine: (line) => void words.push(line),
    });
    // Stopped in good order, so that what was half made is taken away again.
    const listening = token.onCancellationRequested(() => running.stop());
    try {
      const ended = await running.ended;
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      return ended;
    } finally {
      listening.dispose();
    }
  });
  return { ...end, words: words.join("\n") };
}

function shownNames(files: readonly string[]): string {
  const names = files.slice(0, 3).map((file) => path.basename(file));
  return [...names, ...(files.length > names.length ? ["…"] : [])].join(", ");
}
