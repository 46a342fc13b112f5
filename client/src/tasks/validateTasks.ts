import * as vscode from "vscode";
import { property } from "../../../server/src/util/unknown.ts";
import type { Cli } from "../engineRoom/cli.ts";
import { shownName, type BatchFiles } from "../files/batchFiles.ts";

const TYPE = "vllm-batch";
const MATCHER = "$vllm-batch";
/** More than these make a list that nobody reads. */
const MAX_TASKS = 50;

/** Tasks that check batch files by the command line program, whose findings land in Problems. */
export class ValidateTasks implements vscode.TaskProvider {
  readonly #cli: Cli;
  readonly #files: BatchFiles;

  constructor(cli: Cli, files: BatchFiles) {
    this.#cli = cli;
    this.#files = files;
  }

  async provideTasks(): Promise<vscode.Task[]> {
    await this.#files.scan();
    return this.#files.batchFiles
      .filter(({ scheme }) => scheme === "file")
      .sort((a, b) => a.path.localeCompare(b.path))
      .slice(0, MAX_TASKS)
      .flatMap((uri) => {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        if (folder === undefined) return [];
        const file = vscode.workspace.asRelativePath(uri, false);
        return [this.#task({ type: TYPE, file }, folder, shownName(uri))];
      });
  }

  /** A task of tasks.json: what it says counts. */
  resolveTask({ definition, scope, name }: vscode.Task): vscode.Task | undefined {
    const isFolder = typeof scope === "object";
    const file: unknown = definition["file"];
    if (typeof file !== "string" || file === "") return undefined;
    return this.#task(definition, isFolder ? scope : vscode.TaskScope.Workspace, name);
  }

  #task(
    definition: vscode.TaskDefinition,
    scope: vscode.WorkspaceFolder | vscode.TaskScope.Workspace,
    name: string,
  ): vscode.Task {
    const { path, env } = this.#cli.command;
    const target = property(definition, "target");
    const args = [
      ...[this.#cli.programPath, "validate", String(definition["file"])],
      ...["--max-problems", "0"],
      ...(target === "openai" ? ["--target", "openai"] : []),
    ];
    const execution = new vscode.ProcessExecution(path, args, { env: { ...env } });
    const task = new vscode.Task(definition, scope, name, "vLLM Batch", execution, MATCHER);
    task.group = vscode.TaskGroup.Test;
    task.detail = vscode.l10n.t("Check this batch file");
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, clear: true };
    return task;
  }
}
