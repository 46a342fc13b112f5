import path from "node:path";
import * as vscode from "vscode";
import { kindOf, type FileKind } from "../../../server/src/protocol/fileKind.ts";
import { messageOf } from "../../../server/src/util/unknown.ts";
import { openDocument } from "./activeFile.ts";
import { hasPlace, isFollowed } from "./followed.ts";
import { includedGlobs } from "./includedGlobs.ts";
import { readHead } from "./readHead.ts";

/** More than these are not looked for: a folder full of data is no folder of batch files. */
const MAX_FILES = 2_000;
const PATTERN = "**/*.{jsonl,ndjson}";
/** Of an open text: broken lines or a spread object may come before the first request. */
const HEAD_LINES = 60;
const READERS = 8;

/** Which JSONL files are batch files. Looks at open texts at once, and at the files of the workspace when asked to. */
export class BatchFiles implements vscode.Disposable {
  readonly #kinds = new Map<string, { uri: vscode.Uri; kind: FileKind }>();
  readonly #onDidChange = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #log: vscode.LogOutputChannel;
  #scanning: Promise<void> | null = null;
  #isWatching = false;

  /** Some file became a batch file, or is none any more. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#subscriptions.push(
      vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // One that is a batch file stays one while it is being written.
        if (this.kindOf(document.uri) !== "batch") this.#look(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.isUntitled) this.#forget(document.uri);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("vllmBatch.files.include")) void this.#lookAgain();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const folder of removed) this.#forgetFolder(folder);
        void this.#lookAgain();
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  /** As far as is known. */
  kindOf(uri: vscode.Uri): FileKind {
    return this.#kinds.get(uri.toString())?.kind ?? "other";
  }

  /** Those that are known, in no order. */
  get batchFiles(): vscode.Uri[] {
    return [...this.#kinds.values()].flatMap(({ uri, kind }) => (kind === "batch" ? [uri] : []));
  }

  /** Looks at a file, open or on disk. Throws what the file system throws. */
  async look(uri: vscode.Uri): Promise<FileKind> {
    if (!hasPlace(uri)) return "other";
    const open = openDocument(uri);
    if (open !== undefined) return this.#note(uri, headOf(open));
    if (uri.scheme !== "file") return "other";
    return this.#note(uri, await readHead(uri.fsPath));
  }

  /** Looks at all JSONL files of the workspace as it is now, and from then on at those that come and go. */
  scan(): Promise<void> {
    this.#watch();
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = null;
    });
    return this.#scanning;
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#onDidChange.dispose();
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate((uri) => void this.#tryToLook(uri)),
      watcher.onDidChange((uri) => void this.#tryToLook(uri)),
      watcher.onDidDelete((uri) => this.#forget(uri)),
    );
  }

  /** What was looked at is to be judged anew, and there may be more to look at. */
  async #lookAgain(): Promise<void> {
    try {
      // One that goes on began before.
      await this.#scanning;
      const known = [...this.#kinds.values()].map(({ uri }) => uri);
      for (const uri of known) await this.#tryToLook(uri);
      for (const document of vscode.workspace.textDocuments) this.#look(document);
      if (this.#isWatching) await this.scan();
    } catch (error) {
      this.#log.warn(`The workspace was not searched: ${messageOf(error)}`);
    }
  }

  /** Of a folder that is no part of the workspace any more, what is open stays known. */
  #forgetFolder(folder: vscode.WorkspaceFolder): void {
    const root = `${folder.uri.toString()}/`;
    for (const { uri } of this.#kinds.values()) {
      if (uri.toString().startsWith(root) && openDocument(uri) === undefined) this.#forget(uri);
    }
  }

  async #scan(): Promise<void> {
    const uris = await vscode.workspace.findFiles(PATTERN, undefined, MAX_FILES);
    const readers = Array.from({ length: READERS }, async () => {
      for (let uri = uris.pop(); uri !== undefined; uri = uris.pop()) await this.#tryToLook(uri);
    });
    await Promise.all(readers);
  }

  /** A file that cannot be read is none of ours. */
  async #tryToLook(uri: vscode.Uri): Promise<void> {
    try {
      await this.look(uri);
    } catch (error) {
      this.#log.debug(`${uri.fsPath} could not be looked at: ${messageOf(error)}`);
      this.#forget(uri);
    }
  }

  #look(document: vscode.TextDocument): void {
    if (isFollowed(document)) this.#note(document.uri, headOf(document));
  }

  #note(uri: vscode.Uri, lines: readonly string[]): FileKind {
    const kind = kindOf(lines, uri.scheme === "file" ? uri.fsPath : uri.path, includedGlobs(uri));
    const before = this.kindOf(uri);
    if (kind === "other") this.#kinds.delete(uri.toString());
    else this.#kinds.set(uri.toString(), { uri, kind });
    if (kind !== before) this.#onDidChange.fire();
    return kind;
  }

  #forget(uri: vscode.Uri): void {
    if (this.#kinds.delete(uri.toString())) this.#onDidChange.fire();
  }
}

function headOf(document: vscode.TextDocument): string[] {
  const count = Math.min(document.lineCount, HEAD_LINES);
  return Array.from({ length: count }, (_, line) => document.lineAt(line).text);
}

/** `data/requests.jsonl`, for people. */
export function shownName(uri: vscode.Uri): string {
  return uri.scheme === "file" ? vscode.workspace.asRelativePath(uri) : path.posix.basename(uri.path);
}
