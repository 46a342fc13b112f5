import * as vscode from "vscode";
import type { Runs } from "../runs/runs.ts";
import { statusDetails, statusText } from "../runs/runWords.ts";

/** The item of the status bar that is there while a run is. */
export class RunStatus implements vscode.Disposable {
  readonly #runs: Runs;
  readonly #listening: vscode.Disposable;
  #item: vscode.StatusBarItem | null = null;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#listening = runs.onDidChange(() => this.#draw());
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item?.dispose();
  }

  #draw(): void {
    const { active } = this.#runs;
    if (active.length === 0) {
      this.#item?.dispose();
      this.#item = null;
      return;
    }
    this.#item ??= newItem();
    const text = statusText(active);
    const details = statusDetails(active);
    this.#item.text = text;
    this.#item.tooltip = details;
    // Without the name of the icon, and with what the eye gets from the tooltip.
    this.#item.accessibilityInformation = { label: details.replaceAll("\n", ". "), role: "button" };
  }
}

function newItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem("run", vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t("vLLM Batch Run");
  item.command = "vllmBatch.cancel";
  item.show();
  return item;
}
