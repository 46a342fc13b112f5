import * as vscode from "vscode";
import type { FileState } from "../../../server/src/protocol/language.ts";
import type { Language } from "../language/language.ts";

/** What the language server last said of each file. */
export class FileStates implements vscode.Disposable {
  readonly #states = new Map<string, FileState>();
  readonly #onDidChange = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChange = this.#onDidChange.event;

  constructor(language: Language) {
    this.#subscriptions = [
      language.onState((state) => this.#note(state)),
      language.onHealth(({ kind }) => {
        if (kind !== "running") this.#clear();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
    ];
  }

  of(uri: vscode.Uri): FileState | undefined {
    return this.#states.get(uri.toString());
  }

  forget(uri: vscode.Uri): void {
    if (this.#states.delete(uri.toString())) this.#onDidChange.fire(uri);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, this.#onDidChange).dispose();
  }

  #note(state: FileState): void {
    const uri = vscode.Uri.parse(state.uri);
    this.#states.set(uri.toString(), state);
    this.#onDidChange.fire(uri);
  }

  #clear(): void {
    const uris = [...this.#states.keys()];
    this.#states.clear();
    for (const uri of uris) this.#onDidChange.fire(vscode.Uri.parse(uri));
  }
}
