import * as vscode from "vscode";
import type { Language } from "../language/language.ts";
import { showLogs, step, tell } from "../text/tell.ts";

/** Tells when the language server ends by itself: the first time, and when it is given up. */
export class ServerTrouble implements vscode.Disposable {
  readonly #listening: vscode.Disposable;

  constructor(language: Language, log: vscode.LogOutputChannel) {
    this.#listening = language.onHealth((health) => {
      if (health.kind === "restarting" && health.times === 1) {
        const text = vscode.l10n.t("The language server of vLLM Batch ended unexpectedly and is started again.");
        tell(log, "warning", text, showLogs(log));
      }
      if (health.kind === "failed") {
        const text = vscode.l10n.t(
          "The language server of vLLM Batch does not keep running, so files are not checked.",
        );
        const again = step(vscode.l10n.t("Start Again"), "vllmBatch.restartLanguageServer");
        tell(log, "error", text, again, showLogs(log));
      }
    });
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
