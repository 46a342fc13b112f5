import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import { openDocument } from "./activeFile.ts";
import type { BatchFiles } from "./batchFiles.ts";
import type { DiskChecks } from "./diskChecks.ts";

/** VS Code shows extensions no text beyond this (TextModel's limit for syncing, in UTF-16 units). */
const MOST_SYNCED = 50 * 1024 * 1024;

interface LargeFileParts {
  files: BatchFiles;
  diskChecks: DiskChecks;
  log: vscode.LogOutputChannel;
}

/** Files in tabs that are too large for VS Code to show to extensions: checked on disk for as long as they are there. */
export class LargeFiles implements vscode.Disposable {
  readonly #parts: LargeFileParts;
  readonly #shown = new Map<string, vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: LargeFileParts) {
    this.#parts = parts;
    this.#subscriptions = [
      vscode.window.tabGroups.onDidChangeTabs(() => this.#followTabs()),
      // It fits after all, or fits now: then its text is what counts.
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (this.#shown.has(uri.toString())) this.#drop(uri);
      }),
    ];
    this.#followTabs();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #followTabs(): void {
    const uris = new Map(tabUris().map((uri) => [uri.toString(), uri]));
    for (const [key, uri] of this.#shown) if (!uris.has(key)) this.#drop(uri);
    for (const [key, uri] of uris) if (!this.#shown.has(key)) void this.#tryToAdd(uri);
  }

  async #tryToAdd(uri: vscode.Uri): Promise<void> {
    try {
      if (!(await this.#isOurs(uri)) || this.#shown.has(uri.toString())) return;
      this.#shown.set(uri.toString(), uri);
      this.#parts.diskChecks.add(uri);
    } catch (error) {
      this.#parts.log.warn(`${uri.fsPath} could not be looked at: ${messageOf(error)}`);
    }
  }

  async #isOurs(uri: vscode.Uri): Promise<boolean> {
    if (openDocument(uri) !== undefined || (await stat(uri.fsPath)).size <= MOST_SYNCED) return false;
    const kind = await this.#parts.files.look(uri);
    // The text may have come meanwhile.
    return kind === "batch" && openDocument(uri) === undefined;
  }

  #drop(uri: vscode.Uri): void {
    this.#shown.delete(uri.toString());
    this.#parts.diskChecks.drop(uri);
  }
}

function tabUris(): vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []))
    .filter(({ scheme, path: name }) => scheme === "file" && /\.(jsonl|ndjson)$/i.test(name));
}
