import { stat } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Language } from "../language/language.ts";
import { openDocument } from "./activeFile.ts";
import type { BatchFiles } from "./batchFiles.ts";
import type { FileStates } from "./fileStates.ts";

/** VS Code shows extensions no text beyond this (TextModel's limit for syncing, in UTF-16 units). */
const MOST_SYNCED = 50 * 1024 * 1024;
/** After a change on disk: what writes such a file takes a while. */
const QUIET_MS = 1_000;

interface LargeFile {
  watching: vscode.Disposable;
  timer?: NodeJS.Timeout;
  check?: vscode.CancellationTokenSource;
}

/** Files in tabs that are too large for VS Code to show to extensions: checked on disk, and again when they change. */
export class LargeFiles implements vscode.Disposable {
  readonly #parts: { files: BatchFiles; states: FileStates; language: Language; log: vscode.LogOutputChannel };
  readonly #shown = new Map<string, LargeFile>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: { files: BatchFiles; states: FileStates; language: Language; log: vscode.LogOutputChannel }) {
    this.#parts = parts;
    this.#subscriptions = [
      vscode.window.tabGroups.onDidChangeTabs(() => this.#followTabs()),
      // It fits after all, or fits now: then its text is what counts.
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#drop(uri)),
    ];
    this.#followTabs();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    for (const file of this.#shown.values()) end(file);
  }

  #followTabs(): void {
    const uris = new Map(tabUris().map((uri) => [uri.toString(), uri]));
    for (const key of this.#shown.keys()) if (!uris.has(key)) this.#drop(vscode.Uri.parse(key));
    for (const [key, uri] of uris) if (!this.#shown.has(key)) void this.#tryToAdd(uri);
  }

  async #tryToAdd(uri: vscode.Uri): Promise<void> {
    try {
      if (!(await this.#isOurs(uri)) || this.#shown.has(uri.toString())) return;
      const folder = vscode.Uri.file(path.dirname(uri.fsPath));
      const pattern = new vscode.RelativePattern(folder, path.basename(uri.fsPath));
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const file: LargeFile = { watching: watcher };
      const checkSoon = () => {
        clearTimeout(file.timer);
        file.timer = setTimeout(() => void this.#check(uri, file), QUIET_MS);
      };
      watcher.onDidChange(checkSoon);
      // Programs that write a file whole put a new one in its place.
      watcher.onDidCreate(checkSoon);
      this.#shown.set(uri.toString(), file);
      await this.#check(uri, file);
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

  async #check(uri: vscode.Uri, file: LargeFile): Promise<void> {
    file.check?.cancel();
    const check = new vscode.CancellationTokenSource();
    file.check = check;
    const title = vscode.l10n.t("Checking {0} on disk", path.basename(uri.fsPath));
    const { language, log } = this.#parts;
    const { checkOnDisk } = await import("../languageClient/languageClient.ts");
    try {
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (progress) =>
        checkOnDisk(language, uri, progress, check.token),
      );
    } catch (error) {
      if (!check.token.isCancellationRequested) log.warn(`${uri.fsPath} was not checked: ${messageOf(error)}`);
    } finally {
      check.dispose();
    }
  }

  #drop(uri: vscode.Uri): void {
    const file = this.#shown.get(uri.toString());
    if (file === undefined) return;
    this.#shown.delete(uri.toString());
    end(file);
    this.#parts.states.forget(uri);
    this.#parts.language.forget(uri).catch((error: unknown) => this.#parts.log.debug(messageOf(error)));
  }
}

function end({ watching, timer, check }: LargeFile): void {
  watching.dispose();
  clearTimeout(timer);
  check?.cancel();
}

function tabUris(): vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []))
    .filter(({ scheme, path: name }) => scheme === "file" && /\.(jsonl|ndjson)$/i.test(name));
}
