/** The language server as a process: LSP over two streams, wired to a LanguageService that knows neither. */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type DocumentDiagnosticReport,
  type DocumentLink,
  type InitializeResult,
} from "vscode-languageserver";
import { createConnection, type Connection } from "vscode-languageserver/node";
import * as protocol from "../../protocol/language.ts";
import { property } from "../../util/unknown.ts";
import { abilitiesOf, type EditorAbilities } from "../editorAbilities.ts";
import { FIX_ALL_KIND, isWholeFileFix } from "../features/codeActions.ts";
import { isAnswerPlace } from "../features/documentLinks.ts";
import type { OpenFile } from "../openFile.ts";
import { LanguageService } from "../service.ts";
import { readSettings } from "../settings.ts";
import { DiskFiles } from "./diskFiles.io.ts";
import { DiskTasks } from "./diskTasks.io.ts";
import { findAnswer } from "./findAnswer.io.ts";
import { FileReader } from "./fileReader.io.ts";

export interface LanguageServerWorld {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  /** The program itself (dist/cli.js), which also is the code of the threads. */
  programPath: string;
  version: string;
}

/** The section of an editor's settings. */
const SECTION = "vllmBatch";

/** Serves one editor until it says goodbye or the streams end. */
export function startLanguageServer(world: LanguageServerWorld): void {
  const connection = createConnection(world.input, world.output);
  connection.onInitialize((params) => {
    const abilities = abilitiesOf(params);
    new LanguageServer(connection, abilities, world.programPath).listen();
    return initializeResult(abilities, world.version);
  });
  connection.listen();
}

function initializeResult({ pullsDiagnostics, knowsCommands }: EditorAbilities, version: string): InitializeResult {
  return {
    serverInfo: { name: "vllm-batch", version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      completionProvider: { triggerCharacters: ['"', "{", ","] },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND], resolveProvider: true },
      documentSymbolProvider: true,
      // Answered with none: a request on one line has nothing to fold, and an editor's guess by indentation is wrong.
      foldingRangeProvider: true,
      inlayHintProvider: true,
      documentLinkProvider: { resolveProvider: true },
      ...(knowsCommands && { codeLensProvider: {} }),
      ...(pullsDiagnostics && {
        diagnosticProvider: { identifier: "vllm-batch", interFileDependencies: false, workspaceDiagnostics: false },
      }),
    },
  };
}

/** An editor that says it can be asked for settings, and does not answer, is not waited for any longer. */
const SETTINGS_TIMEOUT_MS = 2_000;

/** What an editor was last told of a file, so that it is not told the same again. */
interface Told {
  state: string;
  report: string;
  reportId: number;
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #abilities: EditorAbilities;
  readonly #service: LanguageService;
  readonly #tasks: DiskTasks;
  readonly #disk: DiskFiles;
  readonly #reader: FileReader;
  readonly #told = new Map<string, Told>();
  /** Nothing is said before the settings are known: they may say that nothing is to be said. */
  #knowsSettings: boolean;
  readonly #settingsKnown = Promise.withResolvers<undefined>();
  #reports = 0;

  constructor(connection: Connection, abilities: EditorAbilities, programPath: string) {
    this.#connection = connection;
    this.#abilities = abilities;
    this.#knowsSettings = !abilities.answersConfiguration;
    if (this.#knowsSettings) this.#settingsKnown.resolve(undefined);
    const pages = abilities.problemPages ?? pagesOf(programPath);
    this.#service = new LanguageService({
      pageOf: (code) => `${pages}${encodeURIComponent(code)}.md`,
      knowsCommands: abilities.knowsCommands,
    });
    this.#service.useSettings(readSettings(abilities.settings));
    this.#tasks = new DiskTasks(programPath);
    this.#disk = new DiskFiles(this.#service, this.#tasks);
    this.#reader = new FileReader({
      isCurrent: (file) => this.#service.file(file.uri) === file,
      onSlice: (file) => this.#tellState(file),
      onRead: (file) => this.#tell(file),
    });
  }

  listen(): void {
    this.#listenToDocuments();
    this.#listenToFeatures();
    this.#listenToOurs();
    this.#connection.onInitialized(() => void this.#followSettings());
    this.#connection.onDidChangeConfiguration(({ settings }) => void this.#changeSettings(settings));
    this.#connection.onShutdown(() => this.#tasks.close());
  }

  #listenToDocuments(): void {
    const connection = this.#connection;
    connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
      this.#read(this.#service.open({ uri, path: pathOf(uri), version }, text));
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const file = this.#service.change(uri, version, contentChanges);
      if (file !== null) this.#read(file);
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#service.close(uri);
      this.#told.delete(uri);
      if (!this.#abilities.pullsDiagnostics) void connection.sendDiagnostics({ uri, diagnostics: [] });
    });
  }

  #listenToFeatures(): void {
    const connection = this.#connection;
    const service = this.#service;
    const of = <T>({ uri }: { uri: string }, nothing: T, ask: (file: OpenFile) => T): T => {
      const file = service.file(uri);
      return file === null ? nothing : ask(file);
    };
    connection.onHover((at) => of(at.textDocument, null, (file) => service.hover(file, at.position)));
    connection.onCompletion((at) => of(at.textDocument, [], (file) => service.completions(file, at.position)));
    connection.onCodeAction((at) => of(at.textDocument, [], (file) => this.#codeActions(file, at)));
    connection.onCodeActionResolve((action) => this.#resolve(action));
    connection.onCodeLens((at) => of(at.textDocument, [], (file) => service.codeLenses(file)));
    connection.onDocumentSymbol((at) => of(at.textDocument, [], (file) => service.symbols(file)));
    connection.onDocumentLinks((at) => of(at.textDocument, [], (file) => service.documentLinks(file)));
    connection.onDocumentLinkResolve((link) => withTarget(link));
    connection.onFoldingRanges(() => []);
    connection.languages.inlayHint.on((at) => of(at.textDocument, [], (file) => service.inlayHints(file, at.range)));
    connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }, token) =>
      this.#report(uri, previousResultId, token),
    );
  }

  #listenToOurs(): void {
    const connection = this.#connection;
    const service = this.#service;
    connection.onNotification(protocol.failuresMethod, (params: protocol.FailuresParams) => {
      this.#service.useFailures(params);
      void this.#refresh();
    });
    connection.onNotification(protocol.lastRunMethod, (params: protocol.LastRunParams) => {
      this.#service.useLastRun(params);
    });
    connection.onNotification(protocol.servedModelsMethod, ({ models }: protocol.ServedModelsParams) => {
      this.#service.useServedModels(models);
    });
    connection.onRequest(
      protocol.checkOnDiskMethod,
      async (params: protocol.OnDiskParams, token: CancellationToken) => {
        const { diagnostics, state } = await this.#disk.check(params, this.#shareOf(params), token);
        await connection.sendDiagnostics({ uri: params.uri, diagnostics });
        await this.#sendState(state);
        return state;
      },
    );
    connection.onRequest(protocol.fixOnDiskMethod, (params: protocol.FixOnDiskParams, token: CancellationToken) =>
      this.#disk.fix(params, this.#shareOf(params), token),
    );
    connection.onRequest(
      protocol.allProblemsMethod,
      async (params: protocol.OnDiskParams, token: CancellationToken): Promise<string> => {
        const file = service.file(params.uri);
        if (file === null) return await this.#disk.list(params, this.#shareOf(params), token);
        await this.#reader.whenRead(file);
        return service.allProblems(file);
      },
    );
    connection.onRequest(
      protocol.replaceModelMethod,
      (params: protocol.ReplaceModelParams): protocol.ReplaceModelAnswer => service.replaceModel(params),
    );
  }

  /** Tells the editor how far work on a file is, where it wants to know. */
  #shareOf({ workDoneToken }: protocol.OnDiskParams): (share: number) => void {
    const progress = this.#connection.window.attachWorkDoneProgress(workDoneToken);
    return (share) => progress.report(Math.round(share * 100));
  }

  #read(file: OpenFile): void {
    if (this.#knowsSettings) this.#reader.read(file);
  }

  async #followSettings(): Promise<void> {
    if (this.#abilities.answersConfiguration) {
      const timer = setTimeout(() => this.#useSettings(this.#abilities.settings), SETTINGS_TIMEOUT_MS);
      await this.#changeSettings(null).finally(() => clearTimeout(timer));
    }
    if (this.#abilities.registersConfiguration) {
      await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
    }
  }

  /** @param pushed what an editor sent that cannot be asked */
  async #changeSettings(pushed: unknown): Promise<void> {
    const section: unknown = this.#abilities.answersConfiguration
      ? await this.#connection.workspace.getConfiguration(SECTION)
      : (property(pushed, SECTION) ?? pushed);
    this.#useSettings(section);
    await this.#refresh();
  }

  #useSettings(section: unknown): void {
    this.#service.useSettings(readSettings(section));
    this.#knowsSettings = true;
    this.#settingsKnown.resolve(undefined);
    for (const file of this.#service.files) this.#reader.read(file);
  }

  #codeActions(file: OpenFile, { range, context }: CodeActionParams): CodeAction[] {
    const { diagnostics, only = [] } = context;
    const actions = this.#service.codeActions(file, { range, diagnostics, only });
    return this.#abilities.resolvesEdits ? actions : actions.map((action) => this.#resolve(action));
  }

  #resolve(action: CodeAction): CodeAction {
    const fix: unknown = action.data;
    const edit = isWholeFileFix(fix) ? this.#service.wholeFileEdit(fix) : null;
    return edit === null ? action : { ...action, edit };
  }

  #tell(file: OpenFile): void {
    this.#tellState(file);
    if (this.#abilities.pullsDiagnostics || file.kind !== "batch") return;
    const diagnostics = this.#service.diagnostics(file);
    void this.#connection.sendDiagnostics({ uri: file.uri, version: file.version, diagnostics });
  }

  #tellState(file: OpenFile): void {
    const state = this.#service.state(file);
    const text = JSON.stringify(state);
    const told = this.#toldOf(file.uri);
    if (told.state === text) return;
    told.state = text;
    void this.#sendState(state);
  }

  async #sendState(state: protocol.FileState): Promise<void> {
    if (this.#abilities.knowsCommands) await this.#connection.sendNotification(protocol.stateMethod, state);
  }

  #toldOf(uri: string): Told {
    const told = this.#told.get(uri) ?? { state: "", report: "", reportId: 0 };
    this.#told.set(uri, told);
    return told;
  }

  async #report(
    uri: string,
    previous: string | undefined,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> {
    const file = this.#service.file(uri);
    if (file === null) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    await this.#settingsKnown.promise;
    await this.#reader.whenRead(file);
    if (token.isCancellationRequested) {
      throw new ResponseError(LSPErrorCodes.ServerCancelled, "Not wanted any more.", { retriggerRequest: true });
    }
    const items = this.#service.diagnostics(file);
    const told = this.#toldOf(uri);
    const report = JSON.stringify(items);
    if (report !== told.report) {
      told.report = report;
      told.reportId = ++this.#reports;
    }
    const resultId = String(told.reportId);
    return previous === resultId
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
      : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  }

  /** After a change that is not an edit, so that the editor does not ask by itself. */
  async #refresh(): Promise<void> {
    const { pullsDiagnostics, refreshesDiagnostics, refreshesLenses } = this.#abilities;
    if (pullsDiagnostics && refreshesDiagnostics) await this.#connection.languages.diagnostics.refresh();
    if (!pullsDiagnostics) for (const file of this.#service.files) this.#reader.read(file);
    if (refreshesLenses) await this.#connection.sendRequest("workspace/codeLens/refresh");
  }
}

async function withTarget(link: DocumentLink): Promise<DocumentLink> {
  const place: unknown = link.data;
  const target = isAnswerPlace(place) ? await findAnswer(place) : null;
  return target === null ? link : { ...link, target };
}

/** The pages on problem codes lie beside the program: in the repository and in the extension. */
function pagesOf(programPath: string): string {
  return `${pathToFileURL(path.resolve(path.dirname(programPath), "..", "docs", "problems")).href}/`;
}

/** For what is not on disk, such as an untitled text, its name. */
function pathOf(uri: string): string {
  return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
}
