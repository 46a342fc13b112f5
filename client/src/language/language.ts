import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import * as protocol from "../../../server/src/protocol/language.ts";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Cli } from "../engineRoom/cli.ts";
import { OneServer } from "./oneServer.ts";
import type { ServerHealth } from "./serverHealth.ts";

/** The language server: started when first needed, and once. What needs it asks here and waits. */
export class Language implements vscode.Disposable {
  readonly #cli: Cli;
  readonly #log: vscode.LogOutputChannel;
  readonly #problemPages: vscode.Uri;
  readonly #onState = new vscode.EventEmitter<protocol.FileState>();
  readonly #onHealth = new vscode.EventEmitter<ServerHealth>();
  readonly #onSettingsTold = new vscode.EventEmitter<void>();
  readonly #server = new OneServer<LanguageClient>({
    make: (isCurrent) => this.#make(isCurrent),
    onStartFailed: () => this.#become({ kind: "failed" }),
    // A server that has died does not answer when it is told to end.
    onEndFailed: (error) => this.#log.debug(`The language server's end: ${messageOf(error)}`),
  });
  #health: ServerHealth = { kind: "off" };

  /** What the server says of a file that it knows. */
  readonly onState = this.#onState.event;
  readonly onHealth = this.#onHealth.event;
  /** What is asked of the server from now on is answered by the settings as they are. */
  readonly onSettingsTold = this.#onSettingsTold.event;

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
    if (this.#server.current === null) this.#become({ kind: "starting" });
    return this.#server.client();
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
    const client = await this.#server.current;
    client?.diagnostics?.delete(uri);
  }

  /** Ends the server, if there is one, and starts another. */
  async restart(): Promise<void> {
    await this.stop();
    await this.client();
  }

  async stop(): Promise<void> {
    await this.#server.end();
    // Somebody may have needed one meanwhile.
    if (this.#server.current === null) this.#become({ kind: "off" });
  }

  dispose(): void {
    vscode.Disposable.from(this.#onState, this.#onHealth, this.#onSettingsTold).dispose();
  }

  async #make(isCurrent: () => boolean): Promise<LanguageClient> {
    const { createLanguageClient } = await import("../languageClient/languageClient.ts");
    const client = createLanguageClient({
      cli: this.#cli,
      log: this.#log,
      problemPages: `${this.#problemPages.toString()}/`,
      onHealth: (health) => {
        if (isCurrent()) this.#follow(health);
      },
      onSettingsTold: () => this.#onSettingsTold.fire(),
    });
    client.onNotification(protocol.stateMethod, (state: protocol.FileState) => this.#onState.fire(state));
    return client;
  }

  #follow(health: ServerHealth): void {
    // The next one who needs the server gets a new one.
    if (health.kind === "failed") void this.#server.end();
    this.#become(health);
  }

  #become(health: ServerHealth): void {
    this.#health = health;
    this.#onHealth.fire(health);
  }
}
