import * as vscode from "vscode";
import type { BatchFiles } from "./batchFiles.ts";

/** What `when` clauses of menus ask: `resourcePath in vllmBatch.batchFiles`. */
const KEY = "vllmBatch.batchFiles";
/** Files come by the hundred when a folder is looked at. */
const QUIET_MS = 50;

/** Keeps the menus of the explorer and of editor titles to batch files. */
export class MenuContext implements vscode.Disposable {
  readonly #files: BatchFiles;
  readonly #listening: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(files: BatchFiles) {
    this.#files = files;
    this.#listening = files.onDidChange(() => {
      this.#timer ??= setTimeout(() => this.#tell(), QUIET_MS);
    });
    this.#tell();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listening.dispose();
  }

  #tell(): void {
    this.#timer = undefined;
    const paths = this.#files.batchFiles.flatMap(pathsOf);
    void vscode.commands.executeCommand("setContext", KEY, paths);
  }
}

/** A window on Windows writes the path of a file on a Linux machine with backslashes, so both ways must be known. */
function pathsOf({ fsPath }: vscode.Uri): string[] {
  return fsPath.includes("/") ? [fsPath, fsPath.replaceAll("/", "\\")] : [fsPath];
}
