import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import * as protocol from "../../../server/src/protocol/language.ts";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Cli } from "../engineRoom/cli.ts";
import type { ServerHealth } from "./serverHealth.ts";

/** The language server: started when first needed, and once. What needs it asks here and waits. */
export class Language implements vscode.Disposable {
  readonly #cli: Cli;
  readonly #log: vscode.LogOutputChannel;
  readonly #problemPages: vscode.Uri;
  readonly #onState = new vscode.EventEmitter<protocol.FileState>();
  readonly #onHealth = new vscode.EventEmitter<ServerHealth>();
  #starting: Promise<LanguageClient> | null = null;
  /** The one whose health is ours; one that was stopped may still tell of its end. */
  #current: LanguageClient | null = null;
  #health: ServerHealth = { kind: "off" };

  /** What the server says of a file that it knows. */
  readonly onState = this.#onState.event;
  readonly onHealth = this.#onHealth.event;

  constructor(cli: Cli, log: vscode.LogOutputChannel, extensionUri: vscode.Uri) {
    this.#cli = cli;
    this.#log = log;
    this.#problemPages = vscode.Uri.joinPath(extensionUri, "docs", "problems");
  }

  get health(): ServerHealth {
    return this.#health;
  }

  /** Resolves when the server runs. Rejects when it cannot be started; then the next call tries again. */
  client(): Promise<LanguageClient> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async notify(method: string, params: object): Promise<void> {
    const client = await this.client();
    await client.sendNotification(method, params);
  }

  async request<R>(method: string, params: object, token?: vscode.CancellationToken): Promise<R> {
    const client = await this.client();
    // An argument that is undefined would be taken for one more parameter (vscode-jsonrpc 10).
    return await client.sendRequest<R>(method, params, ...(token === undefined ? [] : [token]));
  }

  /** Takes back what was published about a file that was checked on disk. */
  async forget(uri: vscode.Uri): Promise<void> {
    if (this.#starting === null) return;
    const client = await this.#starting;
    client.diagnostics?.delete(uri);
  }

  /** Ends the server, if there is one, and starts another. */
  async restart(): Promise<void> {
    await this.stop();
    await this.client();
  }

  async stop(): Promise<void> {
    const starting = this.#starting;
    this.#starting = null;
    this.#current = null;
    if (starting === null) return;
    // One that never started needs no end.
    const client = await starting.catch(() => null);
    if (client !== null) await this.#end(client);
    this.#become({ kind: "off" });
  }

  dispose(): void {
    this.#onState.dispose();
    this.#onHealth.dispose();
  }

  async #start(): Promise<LanguageClient> {
    this.#become({ kind: "starting" });
    try {
      const { createLanguageClient } = await import("../languageClient/languageClient.ts");
      const client = createLanguageClient({
        cli: this.#cli,
        log: this.#log,
        problemPages: `${this.#problemPages.toString()}/`,
        onHealth: (health) => {
          if (this.#current === client) this.#follow(client, health);
        },
      });
      this.#current = client;
      client.onNotification(protocol.stateMethod, (state: protocol.FileState) => this.#onState.fire(state));
      await client.start();
      return client;
    } catch (error) {
      this.#starting = null;
      this.#become({ kind: "failed" });
      throw error;
    }
  }

  #follow(client: LanguageClient, health: ServerHealth): void {
    if (health.kind === "failed") {
      // The next one who needs the server gets a new one.
      this.#starting = null;
      this.#current = null;
      void this.#end(client);
    }
    this.#become(health);
  }

  async #end(client: LanguageClient): Promise<void> {
    try {
      await client.dispose();
    } catch (error) {
      // A server that has died does not answer when it is told to end.
      this.#log.debug(`The language server's end: ${messageOf(error)}`);
    }
  }

  #become(health: ServerHealth): void {
    this.#health = health;
    this.#onHealth.fire(health);
  }
}
