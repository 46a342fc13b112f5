import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Cli } from "../engineRoom/cli.ts";
import { followed } from "../files/followed.ts";
import { workingFolder } from "../files/workingFolder.ts";
import { plainMarkdown } from "../text/plainMarkdown.ts";
import { fitText } from "./fitWords.ts";
import { modelAt } from "./modelAt.ts";
import { parseModelFit, type ModelFit } from "./modelFit.ts";

/** More models than these nobody looks at in a session. */
const MOST_KEPT = 500;

/**
 * Says in the hover on a model's name whether it fits on this machine's GPU. The language server, which says what the
 * name stands for, asks no GPU: this comes beside it, when it is known. Nothing leaves the machine.
 */
export class ModelFits implements vscode.HoverProvider, vscode.Disposable {
  readonly #cli: Pick<Cli, "run">;
  readonly #log: vscode.LogOutputChannel;
  readonly #registered: vscode.Disposable;
  /** For the session: the GPU stays, and the model mostly. null: nothing can be said. */
  readonly #known = new Map<string, ModelFit | null>();

  constructor(cli: Pick<Cli, "run">, log: vscode.LogOutputChannel) {
    this.#cli = cli;
    this.#log = log;
    this.#registered = vscode.languages.registerHoverProvider([...followed], this);
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    if (!vscode.workspace.isTrusted) return null;
    const { line, character } = position;
    const found = modelAt(document.lineAt(line).text, character);
    if (found === null) return null;
    const fit = await this.#fitOf(found.name, workingFolder(document.uri), token);
    if (fit === null) return null;
    const text = new vscode.MarkdownString(plainMarkdown(fitText(fit)));
    return new vscode.Hover(text, new vscode.Range(line, found.start, line, found.end));
  }

  dispose(): void {
    this.#registered.dispose();
  }

  async #fitOf(name: string, cwd: string, token: vscode.CancellationToken): Promise<ModelFit | null> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    try {
      const { stdout } = await this.#cli.run({ args: ["engine", "fit", name, "--json"], cwd }, token);
      if (token.isCancellationRequested) return null;
      const fit = parseModelFit(stdout);
      if (this.#known.size < MOST_KEPT) this.#known.set(name, fit);
      return fit;
    } catch (error) {
      this.#log.debug(`Whether ${name} fits is not known: ${messageOf(error)}`);
      return null;
    }
  }
}
