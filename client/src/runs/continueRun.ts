import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { concludeRun } from "./concludeRun.ts";
import { engineEnvironment } from "./engineEnvironment.ts";
import type { RunRecord } from "./runRecord.ts";

/** Goes on with a run that there is, on the engine that it had, and sees it through. */
export async function continueRun(
  parts: Pick<Parts, "endpoints" | "runs" | "runProblems" | "log">,
  record: RunRecord,
  args: readonly string[],
): Promise<void> {
  const input = vscode.Uri.file(record.input);
  if (parts.runs.isActive(record.folder)) throw new Error(vscode.l10n.t("This run is under way already."));
  const { apiKeyEnv, engineUrl } = record;
  const env = apiKeyEnv === null ? {} : await engineEnvironment(parts.endpoints, engineUrl, apiKeyEnv);
  const end = await parts.runs.follow({ args, input, env, simulated: record.simulated });
  await concludeRun(parts, input, end);
}
