import path from "node:path";
import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { showLogs, step, tell, type NextStep } from "../text/tell.ts";
import type { RunEnd } from "./batchRun.ts";
import { conclusionOf, type NextAct } from "./conclusion.ts";
import { conclusionText } from "./conclusionWords.ts";
import { showProblems } from "./prepareFile.ts";
import { ENGINE_LOG, OUTPUT_FILE, readRecord } from "./readRun.ts";
import { RESUME_ELSEWHERE } from "./resumeElsewhere.ts";
import { canReveal, reveal, revealQuietly } from "./reveal.ts";

/** After a session of a run: failures go to the lines of the file, the folder is shown, and the person told. */
export async function concludeRun(
  { runProblems, log }: Pick<Parts, "runProblems" | "log">,
  input: vscode.Uri,
  end: RunEnd,
): Promise<void> {
  const folder = end.outcome?.folder ?? end.folder ?? "";
  const record = folder === "" ? null : await readRecord(folder);
  // A process that was killed has left its folder, and said nothing. One that refused has done nothing to be shown.
  const hasRun = end.outcome !== null || (record !== null && end.exitCode === null);
  const shown = hasRun ? await runProblems.show(input, folder) : 0;
  const isRevealed = hasRun && (await revealQuietly(folder, input));
  const conclusion = conclusionOf(end, shown, record);
  const steps = [
    ...conclusion.acts.map((act) => stepFor(act, input, folder)),
    ...(hasRun && !isRevealed && canReveal(folder)
      ? [{ label: vscode.l10n.t("Show Folder"), take: () => reveal(folder) }]
      : []),
    showLogs(log),
  ];
  // More than three do not fit into a notification.
  tell(log, conclusion.severity, conclusionText(conclusion, end), ...steps.slice(0, 3));
}

function stepFor(act: NextAct, input: vscode.Uri, folder: string): NextStep {
  switch (act) {
    case "openResults":
      return step(vscode.l10n.t("Open Results"), "vscode.open", vscode.Uri.file(path.join(folder, OUTPUT_FILE)));
    case "showFailed":
      return { label: vscode.l10n.t("Show Failed"), take: () => showProblems(input) };
    case "showEngineLog":
      return step(vscode.l10n.t("Show Engine Log"), "vscode.open", vscode.Uri.file(path.join(folder, ENGINE_LOG)));
    case "retryFailed":
      return step(vscode.l10n.t("Retry Failed"), "vllmBatch.retryFailed", folder);
    case "resume":
      return step(vscode.l10n.t("Resume"), "vllmBatch.resume", folder);
    case "resumeElsewhere":
      return step(vscode.l10n.t("Resume on Another Server…"), "vllmBatch.resume", folder, RESUME_ELSEWHERE);
    case "chooseEndpoint":
      return step(vscode.l10n.t("Choose Another Endpoint"), "vllmBatch.chooseEndpoint");
  }
}
