import * as vscode from "vscode";
import { activeFile, openDocument } from "../files/activeFile.ts";
import type { Parts } from "../parts.ts";
import { fileStatus } from "./statusWords.ts";

/**
 * What is known of a batch file that is too large for VS Code to show to extensions. It shows no language status for such
 * a file either (VS Code 1.139), so this is an item of the status bar, which is there only while the file is in view.
 */
export class LargeFileStatus implements vscode.Disposable {
  readonly #parts: Pick<Parts, "language" | "states">;
  readonly #subscriptions: vscode.Disposable[];
  #item: vscode.StatusBarItem | null = null;

  constructor(parts: Pick<Parts, "language" | "states">) {
    this.#parts = parts;
    const draw = () => this.#draw();
    this.#subscriptions = [parts.states.onDidChange(draw), vscode.window.tabGroups.onDidChangeTabs(draw)];
    this.#draw();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#item?.dispose();
  }

  #draw(): void {
    const { language, states } = this.#parts;
    const uri = activeFile();
    const state = uri === undefined ? undefined : states.of(uri);
    if (uri === undefined || state?.onDisk !== true || openDocument(uri) !== undefined) {
      this.#item?.dispose();
      this.#item = null;
      return;
    }
    this.#item ??= newItem();
    const { text, detail, command, accessibilityInformation } = fileStatus(uri, "batch", state, language.health);
    this.#item.text = text;
    this.#item.tooltip = detail;
    this.#item.command = command;
    this.#item.accessibilityInformation = accessibilityInformation;
  }
}

function newItem(): vscode.StatusBarItem {
  // Beside VS Code's own items about the editor.
  const item = vscode.window.createStatusBarItem("file", vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t("vLLM Batch File");
  item.show();
  return item;
}
