import * as vscode from "vscode";
import { parseKeptEngines, type KeptEngine } from "../endpoints/keptEngine.ts";
import type { Command, Parts } from "../parts.ts";
import { isTrusted } from "../runs/trust.ts";
import { tell } from "../text/tell.ts";

/** Stop Engine: ends one that was left running for runs to come. One that a run works with goes with its run. */
export const command: Command = async ({ cli, log }) => {
  if (!isTrusted(log)) return;
  const { stdout } = await cli.run({ args: ["engine", "status", "--json"] });
  const engine = await pickEngine(parseKeptEngines(stdout));
  if (engine === undefined) return;
  const title = vscode.l10n.t("Stopping the engine of {0}", engine.model);
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () => stop(cli, engine));
  tell(log, "information", vscode.l10n.t("The engine of {0} has ended; nothing of it is left.", engine.model));
};

async function stop(cli: Parts["cli"], { id }: KeptEngine): Promise<void> {
  const words: string[] = [];
  const { exitCode } = await cli.run({ args: ["engine", "stop", id], onLine: (line) => void words.push(line) });
  if (exitCode !== 0) throw new Error(words.join("\n"));
}

/** The only one is taken without asking. undefined when there is none, which is said, or the person gives up. */
async function pickEngine(engines: readonly KeptEngine[]): Promise<KeptEngine | undefined> {
  const [only] = engines;
  if (only === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No engine was left running on this machine."));
    return undefined;
  }
  if (engines.length === 1) return only;
  const items = engines.map((engine) => ({
    label: engine.model,
    description: engine.profile,
    detail: engine.id,
    engine,
  }));
  const choice = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Stop which engine?") });
  return choice?.engine;
}
