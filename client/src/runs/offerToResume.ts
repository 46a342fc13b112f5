import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Parts } from "../parts.ts";
import { step, tell } from "../text/tell.ts";
import { isWorkedOn } from "./isWorkedOn.ts";
import { readRecord } from "./readRun.ts";
import { isUnfinished } from "./runRecord.ts";
import { runText } from "./runWords.ts";

type OfferParts = Pick<Parts, "cli" | "runs" | "log">;

/** After a window was closed in the middle of runs: offers to go on with them. */
export function offerToResume(parts: OfferParts): void {
  // Nothing runs in a window that is not trusted, so what was interrupted is kept for one that is.
  if (!vscode.workspace.isTrusted) return;
  for (const folder of parts.runs.takeInterrupted()) {
    offer(parts, folder).catch((error: unknown) => parts.log.warn(messageOf(error)));
  }
}

async function offer({ cli, log }: OfferParts, folder: string): Promise<void> {
  if ((await readRecord(folder)) === null) return;
  if (await isWorkedOn(cli, folder)) {
    log.info(`Another process works on the run in ${folder}.`);
    return;
  }
  // Anew: it may have ended just now.
  const record = await readRecord(folder);
  if (record === null || !isUnfinished(record)) return;
  const name = path.basename(record.input);
  const text = vscode.l10n.t("The run of {0} ended with the window: {1}.", name, runText(record, false));
  tell(log, "information", text, step(vscode.l10n.t("Resume"), "vllmBatch.resume", folder));
}
