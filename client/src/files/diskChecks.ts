import path from "node:path";
import * as vscode from "vscode";
import type { ProblemCounts } from "../../../server/src/protocol/problem.ts";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Parts } from "../parts.ts";
import { followedText } from "./activeFile.ts";
import { CheckQueue } from "./checkQueue.ts";
import { isFollowed } from "./followed.ts";

/** After a change on disk: what writes a large file takes a while. */
const QUIET_MS = 1_000;

interface CheckedFile {
  uri: vscode.Uri;
  watching: vscode.Disposable;
  timer?: NodeJS.Timeout;
}

/**
 * Files whose problems were found on disk, and are to stay true: they are checked again when they change there, when
 * settings do, and after the end of the server that found them; and are taken back when the file goes, or its text is
 * opened, of which the server tells by itself.
 */
export class DiskChecks implements vscode.Disposable {
  readonly #parts: Pick<Parts, "language" | "log" | "states">;
  readonly #files = new Map<string, CheckedFile>();
  readonly #queue = new CheckQueue((key, signal) => this.#check(vscode.Uri.parse(key), signal));
  readonly #subscriptions: vscode.Disposable[];
  #areOutdated = false;

  constructor(parts: Pick<Parts, "language" | "log" | "states">) {
    this.#parts = parts;
    const { language, states } = parts;
    this.#subscriptions = [
      // Whoever asked for the check.
      states.onDidChange((uri) => {
        const state = states.of(uri);
        if (state?.onDisk === true) this.#note(uri, state.counts);
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (isFollowed(document)) this.drop(document.uri);
      }),
      language.onHealth(({ kind }) => {
        if (kind === "running") this.#areOutdated = true;
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        const decide = ["vllmBatch.validation", "vllmBatch.modelNames"];
        if (decide.some((section) => change.affectsConfiguration(section))) this.#areOutdated = true;
      }),
      // Not before: a check that is asked for earlier is made by the old settings.
      language.onSettingsTold(() => this.#checkOutdated()),
    ];
  }

  /** Checks a file on disk, and keeps that true until it is dropped. */
  add(uri: vscode.Uri): void {
    this.#follow(uri);
    this.#queue.add(uri.toString());
  }

  /** Takes back what was found. */
  drop(uri: vscode.Uri): void {
    const file = this.#files.get(uri.toString());
    if (file === undefined) return;
    end(file);
    this.#files.delete(uri.toString());
    this.#queue.drop(uri.toString());
    this.#takeBack(uri);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#queue.clear();
    for (const file of this.#files.values()) end(file);
  }

  #note(uri: vscode.Uri, { error, warning, info }: ProblemCounts): void {
    // The text may have come meanwhile.
    if (followedText(uri) !== undefined) this.#takeBack(uri);
    // Of a file without problems nothing is shown that could become wrong, and a workspace may have thousands of them.
    else if (error + warning + info > 0) this.#follow(uri);
  }

  #follow(uri: vscode.Uri): void {
    if (this.#files.has(uri.toString())) return;
    const folder = vscode.Uri.file(path.dirname(uri.fsPath));
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, asGlob(path.basename(uri.fsPath))),
    );
    const file: CheckedFile = { uri, watching: watcher };
    const checkSoon = () => {
      clearTimeout(file.timer);
      file.timer = setTimeout(() => this.#checkAgain(uri), QUIET_MS);
    };
    watcher.onDidChange(checkSoon);
    // Programs that write a file whole put a new one in its place.
    watcher.onDidCreate(checkSoon);
    watcher.onDidDelete(() => {
      clearTimeout(file.timer);
      this.#queue.drop(uri.toString());
      this.#takeBack(uri);
    });
    this.#files.set(uri.toString(), file);
  }

  #checkOutdated(): void {
    if (!this.#areOutdated) return;
    this.#areOutdated = false;
    for (const { uri } of this.#files.values()) this.#checkAgain(uri);
  }

  /** No server is started for it: one that starts checks all of them. */
  #checkAgain(uri: vscode.Uri): void {
    if (this.#parts.language.health.kind === "running") this.#queue.add(uri.toString());
  }

  async #check(uri: vscode.Uri, signal: AbortSignal): Promise<void> {
    const { language, log } = this.#parts;
    const stop = new vscode.CancellationTokenSource();
    signal.addEventListener("abort", () => stop.cancel());
    const title = vscode.l10n.t("Checking {0} on disk", path.basename(uri.fsPath));
    try {
      const { checkOnDisk } = await import("../languageClient/languageClient.ts");
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (progress) =>
        checkOnDisk(language, uri, progress, stop.token),
      );
    } catch (error) {
      if (signal.aborted) return;
      log.warn(`${uri.fsPath} was not checked: ${messageOf(error)}`);
      // What is shown is about a file that is gone.
      this.#takeBack(uri);
    } finally {
      stop.dispose();
    }
  }

  #takeBack(uri: vscode.Uri): void {
    this.#parts.states.forget(uri);
    this.#parts.language.forget(uri).catch((error: unknown) => this.#parts.log.debug(messageOf(error)));
  }
}

/** A name is no pattern. */
function asGlob(name: string): string {
  return name.replaceAll(/[*?{}[\]]/g, "[$&]");
}

function end({ watching, timer }: CheckedFile): void {
  watching.dispose();
  clearTimeout(timer);
}
