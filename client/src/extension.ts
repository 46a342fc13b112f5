/** The beginning and the end of the extension in a window: makes its parts and wires them, and decides nothing. */
import * as vscode from "vscode";
import { messageOf } from "../../server/src/util/unknown.ts";
import { registerCommands } from "./commands/register.ts";
import { Endpoints } from "./endpoints/endpoints.ts";
import { tellServedModels } from "./endpoints/servedModels.ts";
import { Cli } from "./engineRoom/cli.ts";
import { BatchFiles } from "./files/batchFiles.ts";
import { DiskChecks } from "./files/diskChecks.ts";
import { FileStates } from "./files/fileStates.ts";
import { LargeFiles } from "./files/largeFiles.ts";
import { MenuContext } from "./files/menuContext.ts";
import { startWhenNeeded } from "./language/startWhenNeeded.ts";
import { Language } from "./language/language.ts";
import { ModelFits } from "./models/modelFits.ts";
import type { Parts } from "./parts.ts";
import { offerToResume } from "./runs/offerToResume.ts";
import { RunProblems } from "./runs/runProblems.ts";
import { Runs } from "./runs/runs.ts";
import { EngineStarts } from "./status/engineStarts.ts";
import { LanguageStatus } from "./status/languageStatus.ts";
import { LargeFileStatus } from "./status/largeFileStatus.ts";
import { RunStatus } from "./status/runStatus.ts";
import { ServerTrouble } from "./status/serverTrouble.ts";
import { ValidateTasks } from "./tasks/validateTasks.ts";
import { ReadOnlyTexts } from "./text/readOnlyTexts.ts";

let parts: Parts | null = null;

export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, extensionPath, workspaceState, secrets, subscriptions } = context;
  const log = vscode.window.createOutputChannel("vLLM Batch", { log: true });
  const cli = new Cli(extensionPath);
  const files = new BatchFiles(log);
  const language = new Language(cli, log, extensionUri);
  const states = new FileStates(language);
  const diskChecks = new DiskChecks({ language, log, states });
  const endpoints = new Endpoints(cli, workspaceState, secrets);
  const runs = new Runs(cli, log, workspaceState);
  const runProblems = new RunProblems(language, workspaceState, log);
  const texts = new ReadOnlyTexts();
  parts = { cli, endpoints, extensionUri, files, language, log, runProblems, runs, states, texts, workspaceState };
  subscriptions.push(
    // In the order of need; VS Code disposes them in this order, too.
    registerCommands(parts),
    new LanguageStatus(parts),
    new LargeFileStatus(parts),
    new RunStatus(runs),
    new EngineStarts(runs),
    new ServerTrouble(language, log),
    new MenuContext(files),
    new LargeFiles({ files, diskChecks, log }),
    vscode.tasks.registerTaskProvider("vllm-batch", new ValidateTasks(cli, files)),
    new ModelFits(cli, log),
    tellServedModels(endpoints, language, log),
    startWhenNeeded(files, language, log),
    ...[texts, runProblems, runs, endpoints, diskChecks, states, files, language, cli, log],
  );
  offerToResume(parts);
  files.scan().catch((error: unknown) => log.warn(`The workspace was not searched: ${messageOf(error)}`));
}

/** VS Code waits for this, five seconds at most. */
export async function deactivate(): Promise<void> {
  const ending = parts;
  parts = null;
  await Promise.all([ending?.cli.stop(), ending?.language.stop()]);
}
