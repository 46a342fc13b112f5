import * as vscode from "vscode";
import type { Cli } from "../engineRoom/cli.ts";
import { parseEndpoint, parseFoundServers, secretName, type Endpoint, type FoundServer } from "./endpoint.ts";
import { parseEngineProfiles, type EngineProfiles } from "./engineProfile.ts";
import { parseEndpointSetting, type EndpointSetting } from "./endpointSetting.ts";

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

  get setting(): EndpointSetting {
    return parseEndpointSetting(vscode.workspace.getConfiguration("vllmBatch").get<unknown>("endpoint"));
  }

  /** What the settings say, else what was chosen; null when nobody has chosen yet, or the setting cannot be used. */
  get current(): Endpoint | null {
    const { setting } = this;
    if (setting.kind === "unusable") return null;
    return setting.kind === "set"
      ? { kind: "server", url: setting.url }
      : parseEndpoint(this.#memory.get<unknown>(CHOSEN));
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

  /**
   * Profiles by which an engine can be started here; none in a workspace that is not trusted. Starts no engine. Rejects
   * when the program cannot be started.
   * @param cwd the folder of the workspace; undefined: none
   */
  async profiles(cwd: string | undefined, token?: vscode.CancellationToken): Promise<EngineProfiles> {
    if (!vscode.workspace.isTrusted) return { profiles: [], faults: [] };
    const call = { args: ["engine", "profiles", "--json"], ...(cwd !== undefined && { cwd }) };
    const { stdout } = await this.#cli.run(call, token);
    return parseEngineProfiles(stdout);
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
