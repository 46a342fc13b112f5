import path from "node:path";
import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { askToSendKey } from "./askToSendKey.ts";
import { askToStart } from "./askToStart.ts";
import { concludeRun } from "./concludeRun.ts";
import { engineEnvironment } from "./engineEnvironment.ts";
import { KeyConsents } from "./keyConsents.ts";
import { followAsking } from "./followAsking.ts";
import { isFolder } from "./readRun.ts";
import { recordedEnvironment } from "./recordedEnvironment.ts";
import { keepArguments, serverArguments } from "./runArguments.ts";
import type { RunRecord } from "./runRecord.ts";
import type { RunStart } from "./runs.ts";
import { runSettings } from "./runSettings.ts";

type ContinueParts = Pick<Parts, "endpoints" | "runs" | "runProblems" | "log" | "workspaceState">;

/**
 * Goes on with a run that there is, and sees it through.
 * @param server address of another server than the one that the run had; null: that one
 */
export async function continueRun(
  parts: ContinueParts,
  record: RunRecord,
  args: readonly string[],
  server: string | null = null,
): Promise<void> {
  const { folder } = record;
  if (parts.runs.isActive(folder)) throw new Error(vscode.l10n.t("This run is under way already."));
  const start = await parts.runs.preparing.do(folder, () => prepare(parts, record, args, server));
  if (start === undefined) return;
  const end = await followAsking(parts.runs, start, askToStart, parts.log);
  if (end !== undefined) await concludeRun(parts, start.input, end);
}

/** undefined when the person gives up. */
async function prepare(
  parts: ContinueParts,
  record: RunRecord,
  args: readonly string[],
  server: string | null,
): Promise<RunStart | undefined> {
  const { folder, simulated } = record;
  const input = vscode.Uri.file(record.input);
  const place = path.dirname(input.fsPath);
  // The process starts there: without it, all that is said is that the program was not found.
  if (!(await isFolder(place))) {
    throw new Error(
      vscode.l10n.t("The run belongs to {0}, whose folder is gone: it was moved, renamed or deleted.", record.input),
    );
  }
  if (server === null) {
    const policy = {
      endpoints: parts.endpoints,
      consents: new KeyConsents(parts.workspaceState),
      ask: askToSendKey,
      environment: process.env,
    };
    const env = await recordedEnvironment(policy, record);
    const keep = record.isManaged ? keepArguments(runSettings(input).keepEngine) : [];
    return env === undefined ? undefined : { args: [...args, ...keep], input, env, simulated, folder };
  }
  const env = await engineEnvironment(parts.endpoints, server);
  const hasKey = Object.keys(env).length > 0;
  return { args: [...args, ...serverArguments(server, hasKey)], input, env, simulated, folder };
}
