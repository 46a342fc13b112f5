import * as vscode from "vscode";
import {
  failuresMethod,
  lastRunMethod,
  type FailuresParams,
  type LastRunParams,
} from "../../../server/src/protocol/language.ts";
import type { Language } from "../language/language.ts";
import { orLogged } from "./orLogged.ts";
import { readFailures, readRecord } from "./readRun.ts";
import { RememberedRuns } from "./rememberedRuns.ts";

/**
 * What the language server must know of runs: which was the last of a file, and what failed in it, to be shown on the
 * lines of the file. It is remembered, and told again to a server that was started anew.
 */
export class RunProblems implements vscode.Disposable {
  readonly #language: Language;
  readonly #log: vscode.LogOutputChannel;
  readonly #last: RememberedRuns;
  readonly #shown: RememberedRuns;
  readonly #listening: vscode.Disposable;

  constructor(language: Language, memory: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#language = language;
    this.#log = log;
    this.#last = new RememberedRuns(memory, "vllmBatch.lastRuns");
    this.#shown = new RememberedRuns(memory, "vllmBatch.shownRuns");
    this.#listening = language.onHealth(({ kind }) => {
      if (kind === "running") void this.#tellAll();
    });
  }

  /** The files of which failures are shown. */
  get files(): vscode.Uri[] {
    return this.#shown.all.map(([uri]) => vscode.Uri.parse(uri));
  }

  /**
   * Shows what failed in the last run of a file, in place of what was shown before. Resolves to how much that is. Never
   * rejects: what came of a run must be told also where the language server does not start. A later one is told all.
   */
  async show(input: vscode.Uri, folder: string): Promise<number> {
    const uri = input.toString();
    return await orLogged(this.#log, "What failed in a run is not shown", 0, async () => {
      await this.#last.remember(uri, folder);
      const { failures, simulated } = await this.#remember(uri, folder);
      await orLogged(this.#log, "What failed in a run is not shown", undefined, async () => {
        await this.#tellLast(uri, folder);
        await this.#tellFailures({ uri, run: folder, simulated, failures });
      });
      return failures.length;
    });
  }

  async clear(input: vscode.Uri): Promise<void> {
    const uri = input.toString();
    await this.#shown.forget(uri);
    await this.#tellFailures({ uri, run: "", simulated: false, failures: [] });
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #tellAll(): Promise<void> {
    await orLogged(this.#log, "What failed in earlier runs is not shown", undefined, async () => {
      for (const [uri, folder] of this.#last.all) await this.#tellLast(uri, folder);
      for (const [uri, folder] of this.#shown.all) {
        await this.#tellFailures({ uri, run: folder, ...(await this.#remember(uri, folder)) });
      }
    });
  }

  async #remember(uri: string, folder: string): Promise<Pick<FailuresParams, "failures" | "simulated">> {
    const [failures, record] = await Promise.all([readFailures(folder), readRecord(folder)]);
    if (failures.length > 0) await this.#shown.remember(uri, folder);
    else await this.#shown.forget(uri);
    return { failures, simulated: record?.simulated === true };
  }

  async #tellFailures(params: FailuresParams): Promise<void> {
    await this.#language.notify(failuresMethod, params);
  }

  async #tellLast(uri: string, folder: string): Promise<void> {
    const params: LastRunParams = { uri, run: vscode.Uri.file(folder).toString() };
    await this.#language.notify(lastRunMethod, params);
  }
}
