import * as vscode from "vscode";
import type { Cli } from "../engineRoom/cli.ts";
import { parseEndpoint, parseFoundServers, secretName, type Endpoint, type FoundServer } from "./endpoint.ts";

const CHOSEN = "vllmBatch.endpoint";

/** Where batches of this workspace are run, and the keys of servers that want one. */
export class Endpoints implements vscode.Disposable {
  readonly #cli: Cli;
  readonly #memory: vscode.Memento;
  readonly #secrets: vscode.SecretStorage;
  readonly #onDidChange = new vscode.EventEmitter<void>();

  readonly onDidChange = this.#onDidChange.event;

  constructor(cli: Cli, memory: vscode.Memento, secrets: vscode.SecretStorage) {
    this.#cli = cli;
    this.#memory = memory;
    this.#secrets = secrets;
  }

  /** What the settings say, else what was chosen; null when nobody has chosen yet. */
  get current(): Endpoint | null {
    const url: unknown = vscode.workspace.getConfiguration("vllmBatch").get("endpoint");
    const set = typeof url === "string" ? parseEndpoint({ kind: "server", url: url.trim() }) : null;
    return set ?? parseEndpoint(this.#memory.get<unknown>(CHOSEN));
  }

  async choose(endpoint: Endpoint): Promise<void> {
    await this.#memory.update(CHOSEN, endpoint);
    this.#onDidChange.fire();
  }

  /** Servers that listen on this machine. Rejects when the program cannot be started. */
  async find(token?: vscode.CancellationToken): Promise<FoundServer[]> {
    const { stdout } = await this.#cli.run({ args: ["endpoints", "--json"] }, token);
    return parseFoundServers(stdout);
  }

  keyOf(url: string): Thenable<string | undefined> {
    return this.#secrets.get(secretName(url));
  }

  /** @param key empty: forget the one there is */
  async keep(url: string, key: string): Promise<void> {
    if (key === "") await this.#secrets.delete(secretName(url));
    else await this.#secrets.store(secretName(url), key);
  }

  dispose(): void {
    this.#onDidChange.dispose();
  }
}
