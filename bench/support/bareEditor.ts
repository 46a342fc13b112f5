/** The language server as another editor starts it: a process, stdin and stdout, plain LSP. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import { spawnLanguageServer } from "./spawnLanguageServer.ts";

export interface EditorOptions {
  capabilities?: ClientCapabilities;
  initializationOptions?: unknown;
  /** What it answers when it is asked for its settings; undefined: it cannot be asked. */
  settings?: () => unknown;
}

/** An editor with nothing but the protocol. */
export class BareEditor {
  readonly connection: ProtocolConnection;
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null }>;
  readonly published = new Map<string, PublishDiagnosticsParams>();
  /** What it said on stderr: nothing, if all is well. */
  log = "";
  readonly #waiting: {
    isWanted: (published: PublishDiagnosticsParams) => boolean;
    resolve: (diagnostics: Diagnostic[]) => void;
  }[] = [];

  constructor() {
    const { child, stdin, stdout, stderr } = spawnLanguageServer();
    this.child = child;
    stderr.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
    this.exited = once(this.child, "exit").then(([code]) => ({ code: code as number | null }));
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.published.set(params.uri, params);
      for (const { isWanted, resolve } of this.#waiting) if (isWanted(params)) resolve(params.diagnostics);
    });
    this.connection.onRequest("client/registerCapability", () => null);
    this.connection.listen();
  }

  async initialize({
    capabilities = {},
    initializationOptions,
    settings,
  }: EditorOptions = {}): Promise<InitializeResult> {
    if (settings !== undefined) {
      this.connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) => items.map(settings));
    }
    const params = { processId: process.pid, rootUri: null, capabilities, initializationOptions };
    const result = await this.connection.sendRequest<InitializeResult>("initialize", params);
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  async open(uri: string, text: string): Promise<void> {
    const textDocument = { uri, languageId: "jsonl", version: 1, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  async change(uri: string, version: number, contentChanges: readonly object[]): Promise<void> {
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  /**
   * The diagnostics that are or will be published for a version of a document: the first ones, or those with a problem
   * of this code.
   */
  diagnostics(uri: string, version: number, code?: string): Promise<Diagnostic[]> {
    const isWanted = (params: PublishDiagnosticsParams) =>
      params.uri === uri &&
      params.version === version &&
      (code === undefined || params.diagnostics.some((diagnostic) => diagnostic.code === code));
    const found = this.published.get(uri);
    if (found !== undefined && isWanted(found)) return Promise.resolve(found.diagnostics);
    return new Promise((resolve) => void this.#waiting.push({ isWanted, resolve }));
  }

  /** Ends it as the protocol wants it. Resolves to its exit code. */
  async leave(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    return (await this.exited).code;
  }

  kill(): void {
    this.connection.dispose();
    this.child.kill("SIGKILL");
  }
}
