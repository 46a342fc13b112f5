import * as vscode from "vscode";
import { activeFile } from "../files/activeFile.ts";
import type { Parts } from "../parts.ts";
import { endpointStatus, fileStatus } from "./statusWords.ts";

type StatusParts = Pick<Parts, "endpoints" | "files" | "language" | "states">;

/** The language status of batch and result files (the braces in the status bar): what is known of the file, and where it would be run. */
export class LanguageStatus implements vscode.Disposable {
  readonly #parts: StatusParts;
  readonly #subscriptions: vscode.Disposable[];
  #items: { file: vscode.LanguageStatusItem; endpoint: vscode.LanguageStatusItem } | null = null;

  constructor(parts: StatusParts) {
    this.#parts = parts;
    const draw = () => this.#draw();
    this.#subscriptions = [
      parts.files.onDidChange(draw),
      parts.states.onDidChange(draw),
      parts.language.onHealth(draw),
      parts.endpoints.onDidChange(draw),
      vscode.window.tabGroups.onDidChangeTabs(draw),
      vscode.window.onDidChangeActiveTextEditor(draw),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("vllmBatch.endpoint")) draw();
      }),
    ];
    this.#draw();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#remove();
  }

  #draw(): void {
    const { endpoints, files, language, states } = this.#parts;
    const uri = activeFile();
    const kind = uri === undefined ? "other" : files.kindOf(uri);
    if (uri === undefined || kind === "other") {
      this.#remove();
      return;
    }
    this.#items ??= {
      file: newItem("file", vscode.l10n.t("vLLM Batch File")),
      endpoint: newItem("endpoint", vscode.l10n.t("vLLM Batch Endpoint")),
    };
    const { file, endpoint } = this.#items;
    Object.assign(file, fileStatus(uri, kind, states.of(uri), language.health));
    Object.assign(endpoint, endpointStatus(endpoints.current));
  }

  #remove(): void {
    this.#items?.file.dispose();
    this.#items?.endpoint.dispose();
    this.#items = null;
  }
}

function newItem(id: string, name: string): vscode.LanguageStatusItem {
  const item = vscode.languages.createLanguageStatusItem(`vllmBatch.${id}`, { language: "jsonl" });
  item.name = name;
  return item;
}
