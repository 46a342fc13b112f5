import path from "node:path";
import * as vscode from "vscode";
import type { BatchRun } from "../runs/batchRun.ts";
import { phaseOf, recoveryText } from "../runs/engineWords.ts";
import type { Runs } from "../runs/runs.ts";

/** A notification that is there while a run's engine starts, which may take minutes: how far it is, and why it is so. */
export class EngineStarts implements vscode.Disposable {
  readonly #runs: Runs;
  readonly #shown = new Map<BatchRun, Shown>();
  readonly #listening: vscode.Disposable;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#listening = runs.onDidChange(() => this.#look());
  }

  dispose(): void {
    this.#listening.dispose();
    for (const run of this.#shown.keys()) this.#close(run);
  }

  #look(): void {
    const { active } = this.#runs;
    for (const run of this.#shown.keys()) if (!active.includes(run)) this.#close(run);
    for (const run of active) this.#show(run);
  }

  #show(run: BatchRun): void {
    const text = messageOf(run);
    const title = titleOf(run);
    // A title stays as it was: after a death it is another notification.
    if (text === null || this.#shown.get(run)?.title !== title) this.#close(run);
    if (text === null) return;
    const shown = this.#shown.get(run) ?? this.#open(run, title);
    if (shown.text === text) return;
    shown.text = text;
    shown.report(text);
  }

  #open(run: BatchRun, title: string): Shown {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const shown: Shown = { title, text: null, report: () => undefined, close: () => resolve(undefined) };
    this.#shown.set(run, shown);
    const location = vscode.ProgressLocation.Notification;
    void vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
      shown.report = (message) => progress.report({ message });
      // It is called when the notification is there, which takes a moment.
      shown.report(shown.text ?? "");
      token.onCancellationRequested(() => this.#runs.stop(run));
      return promise;
    });
    return shown;
  }

  #close(run: BatchRun): void {
    this.#shown.get(run)?.close();
    this.#shown.delete(run);
  }
}

interface Shown {
  title: string;
  /** null: nothing yet. */
  text: string | null;
  report: (text: string) => void;
  close: () => void;
}

/** What stands behind its title; null: there is nothing to be shown. */
function messageOf({ isStopping, progress, recovery }: BatchRun): string | null {
  if (isStopping) return null;
  return phaseOf(progress) ?? (recovery === null ? null : "");
}

function titleOf({ input, recovery, simulated }: BatchRun): string {
  const name = path.basename(input.fsPath);
  if (recovery === null) {
    return simulated
      ? vscode.l10n.t("Starting the simulator for {0}", name)
      : vscode.l10n.t("Starting the engine for {0}", name);
  }
  return simulated ? vscode.l10n.t("Simulated run: {0}", recoveryText(recovery)) : recoveryText(recovery);
}
