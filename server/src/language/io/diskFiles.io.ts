import { fileURLToPath } from "node:url";
import { LSPErrorCodes, ResponseError, type CancellationToken, type Diagnostic } from "vscode-languageserver";
import type { FileState, FixOnDiskParams, MendedOnDisk, OnDiskParams } from "../../protocol/language.ts";
import { notWanted, onCancelled } from "../cancellation.ts";
import type { DiskCheck, DiskTask } from "../diskTask.ts";
import { diagnosticOf, moreProblems } from "../features/diagnostics.ts";
import { MAX_LISTED, problemListText } from "../features/problemList.ts";
import { modelCounts } from "../modelCounts.ts";
import type { LanguageService } from "../service.ts";
import type { DiskTasks } from "./diskTasks.io.ts";

/** Files that no editor holds as text: too large, or not open. Checked and mended where they lie. */
export class DiskFiles {
  readonly #service: LanguageService;
  readonly #tasks: DiskTasks;

  constructor(service: LanguageService, tasks: DiskTasks) {
    this.#service = service;
    this.#tasks = tasks;
  }

  /** What there is to show of a file. Throws a ResponseError when it cannot be read, or nobody waits any more. */
  async check(
    { uri }: OnDiskParams,
    onProgress: (share: number) => void,
    token: CancellationToken,
  ): Promise<{ diagnostics: Diagnostic[]; state: FileState }> {
    const { maxProblems } = this.#service.settings;
    const { summary, problems } = await this.#check(uri, maxProblems, onProgress, token);
    const { requests, invalid, counts, safelyFixable } = summary;
    const context = { uri, maxProblems, pageOf: this.#service.pageOf };
    const shown = problems.map((problem) => diagnosticOf(problem, context));
    const hidden = counts.error + counts.warning + counts.info - problems.length;
    const models = modelCounts(summary.models);
    return {
      diagnostics: hidden > 0 ? [moreProblems(counts, problems.length), ...shown] : shown,
      state: { uri, kind: "batch", busy: false, requests, invalid, counts, safelyFixable, models, onDisk: true },
    };
  }

  /** Every problem of a file, as text. Throws as `check` does. */
  async list({ uri }: OnDiskParams, onProgress: (share: number) => void, token: CancellationToken): Promise<string> {
    const { summary, problems } = await this.#check(uri, MAX_LISTED, onProgress, token);
    return problemListText(summary.counts, problems);
  }

  /** Throws as `check` does. */
  async fix(
    { uri, backup }: FixOnDiskParams,
    onProgress: (share: number) => void,
    token: CancellationToken,
  ): Promise<MendedOnDisk> {
    const task: DiskTask =
      backup === null
        ? { kind: "preview", ...this.#task(uri) }
        : { kind: "fix", ...this.#task(uri), backup: fileURLToPath(backup) };
    const answer = await this.#perform(task, onProgress, token);
    if (answer.kind !== "mended") throw failed("The file was not mended.");
    return answer.mended;
  }

  async #check(
    uri: string,
    maxProblems: number,
    onProgress: (share: number) => void,
    token: CancellationToken,
  ): Promise<DiskCheck> {
    const answer = await this.#perform({ kind: "check", ...this.#task(uri), maxProblems }, onProgress, token);
    if (answer.kind !== "checked") throw failed("The file was not checked.");
    return answer.check;
  }

  #task(uri: string): Pick<DiskTask, "path" | "target" | "userModels" | "ignored"> {
    const { target, modelNames: userModels, ignoredRules: ignored } = this.#service.settings;
    return { path: fileURLToPath(uri), target, userModels, ignored };
  }

  async #perform(task: DiskTask, onProgress: (share: number) => void, token: CancellationToken) {
    const cancelled = new AbortController();
    const listening = onCancelled(token, () => cancelled.abort(notWanted()));
    try {
      const answer = await this.#tasks.run(task, onProgress, cancelled.signal);
      if (answer.kind === "failed") throw failed(answer.message);
      return answer;
    } finally {
      listening.dispose();
    }
  }
}

function failed(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
