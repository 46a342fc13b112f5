import path from "node:path";
import * as vscode from "vscode";
import { endpointToUse } from "../endpoints/endpointToUse.ts";
import { targetFile } from "../files/targetFile.ts";
import type { Command, Parts } from "../parts.ts";
import { askToStart } from "../runs/askToStart.ts";
import { concludeRun } from "../runs/concludeRun.ts";
import { engineEnvironment } from "../runs/engineEnvironment.ts";
import { followAsking } from "../runs/followAsking.ts";
import { modelChoice } from "../runs/modelChoice.ts";
import { isReady, savedFile } from "../runs/prepareFile.ts";
import { runArguments } from "../runs/runArguments.ts";
import type { RunStart } from "../runs/runs.ts";
import { runSettings } from "../runs/runSettings.ts";
import { isTrusted } from "../runs/trust.ts";

/** Run Batch on vLLM: saves and checks the file, asks once where to run, and sees the run through. */
export const command: Command = async (parts, [given]) => {
  const { log, runs } = parts;
  if (!isTrusted(log)) return;
  const chosen = await targetFile(parts, given);
  if (chosen === undefined) return;
  const start = await runs.preparing.do(chosen.toString(), () => prepare(parts, chosen));
  if (start === undefined) return;
  const end = await followAsking(runs, start, askToStart, log);
  if (end !== undefined) await concludeRun(parts, start.input, end);
};

/** undefined when the person gives up. */
async function prepare(parts: Parts, chosen: vscode.Uri): Promise<RunStart | undefined> {
  if (parts.runs.isRunning(chosen) && !(await wantsAnother(chosen))) return undefined;
  const input = await savedFile(chosen);
  if (input === undefined || !(await isReady(parts, input))) return undefined;
  const endpoint = await endpointToUse(parts, input);
  if (endpoint === undefined) return undefined;
  const model = await modelChoice(parts, input, endpoint);
  if (model === undefined) return undefined;
  const env = endpoint.kind === "server" ? await engineEnvironment(parts.endpoints, endpoint.url) : {};
  const hasKey = Object.keys(env).length > 0;
  const args = runArguments({ file: input.fsPath, endpoint, hasKey, model, ...runSettings(input) });
  return { args, input, env, simulated: endpoint.kind === "simulator", folder: null };
}

/** Every run sends all requests, and a second one is most often a click too many. */
async function wantsAnother(input: vscode.Uri): Promise<boolean> {
  const start = vscode.l10n.t("Start Another");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("A run of {0} is under way. Start another?", path.basename(input.fsPath)),
    { modal: true, detail: vscode.l10n.t("The other one goes on, and all requests are sent twice.") },
    start,
  );
  return chosen === start;
}
