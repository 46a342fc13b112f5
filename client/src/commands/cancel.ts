import path from "node:path";
import * as vscode from "vscode";
import type { Command } from "../parts.ts";
import type { BatchRun } from "../runs/batchRun.ts";
import { mayDrain } from "../runs/mayDrain.ts";
import { figuresText } from "../runs/runWords.ts";

/** Cancel: ends a run of this window, at once or when what is in flight has been answered. It can be resumed. */
export const command: Command = async ({ runs, log }) => {
  const run = await pickActive(runs.active);
  if (run === undefined) return;
  const drain = { label: vscode.l10n.t("Finish what is in flight, then stop"), stopsNow: false };
  const stop = { label: vscode.l10n.t("Stop now"), stopsNow: true };
  const choice = await vscode.window.showQuickPick(mayDrain(run, process.platform) ? [drain, stop] : [stop], {
    title: titleFor(run),
    placeHolder: vscode.l10n.t("Either way, what was answered is kept, and Resume goes on."),
  });
  // It may have ended while the person was thinking.
  if (choice === undefined || !runs.active.includes(run)) return;
  log.info(choice.label);
  if (choice.stopsNow) runs.stop(run);
  else runs.drain(run);
};

function titleFor({ input, simulated }: BatchRun): string {
  const name = path.basename(input.fsPath);
  return simulated
    ? vscode.l10n.t("Stop the simulated run of {0}?", name)
    : vscode.l10n.t("Stop the run of {0}?", name);
}

async function pickActive(active: readonly BatchRun[]): Promise<BatchRun | undefined> {
  const [only] = active;
  if (only === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No run is under way in this window."));
    return undefined;
  }
  if (active.length === 1) return only;
  const items = active.map((run) => ({
    label: path.basename(run.input.fsPath),
    description: run.folder === null ? "" : path.basename(run.folder),
    detail: figuresText(run),
    run,
  }));
  const choice = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Stop which run?") });
  return choice?.run;
}
