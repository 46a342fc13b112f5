import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Parts } from "../parts.ts";
import { step, tell } from "../text/tell.ts";
import { readRecord } from "./readRun.ts";
import { isUnfinished, type RunRecord } from "./runRecord.ts";
import { runText } from "./runWords.ts";

/** After a window was closed in the middle of runs: offers to go on with them. */
export function offerToResume({ runs, log }: Pick<Parts, "runs" | "log">): void {
  const folders = runs.takeInterrupted();
  Promise.all(folders.map(readRecord)).then(
    (records) => {
      for (const record of records) if (record !== null && isUnfinished(record)) offer(log, record);
    },
    (error: unknown) => log.warn(messageOf(error)),
  );
}

function offer(log: vscode.LogOutputChannel, record: RunRecord): void {
  const name = path.basename(record.input);
  const text = vscode.l10n.t("The run of {0} ended with the window: {1}.", name, runText(record, false));
  tell(log, "information", text, step(vscode.l10n.t("Resume"), "vllmBatch.resume", record.folder));
}
