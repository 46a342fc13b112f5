/** The language server as a process: LSP over two streams, wired to a LanguageService that knows neither. */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DocumentDiagnosticReportKind,
  TextDocumentSyncKind,
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type CompletionItem,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type DocumentLink,
  type DocumentSymbol,
  type SymbolInformation,
  type InitializeResult,
} from "vscode-languageserver";
import { createConnection, type Connection } from "vscode-languageserver/node";
import * as protocol from "../../protocol/language.ts";
import { messageOf, property } from "../../util/unknown.ts";
import { unlessCancelled } from "../cancellation.ts";
import type { Position } from "../document/lines.ts";
import { abilitiesOf, type EditorAbilities } from "../editorAbilities.ts";
import { FIX_ALL_KIND, isWholeFileFix, wantsWholeFile } from "../features/codeActions.ts";
import { isAnswerPlace } from "../features/documentLinks.ts";
import type { OpenFile } from "../openFile.ts";
import { flatSymbols, unversioned, withoutSnippet } from "../plainAnswers.ts";
import { LanguageService } from "../service.ts";
import { readSettings } from "../settings.ts";
import { DiskFiles } from "./diskFiles.io.ts";
import { DiskTasks } from "./diskTasks.io.ts";
import { findAnswer } from "./findAnswer.io.ts";
import { FileReader } from "./fileReader.io.ts";
import { WholeMessages } from "./wholeMessages.io.ts";

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
  const connection = createConnection(world.input.pipe(new WholeMessages()), world.output);
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
  report: readonly Diagnostic[];
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
  /** Files whose problems were asked for and told before all was read. */
  readonly #toldInPart = new Set<string>();
  /** Files of which problems were published that were found on disk. */
  readonly #toldFromDisk = new Set<string>();
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
      onFirstLook: (file) => this.#tellProblems(file),
      onRead: (file) => this.#tell(file),
    });
  }

  listen(): void {
    this.#listenToDocuments();
    this.#listenToFeatures();
    this.#listenToOurs();
    this.#connection.onInitialized(() => {
      this.#attend("Following the settings", this.#followSettings());
    });
    this.#connection.onDidChangeConfiguration(({ settings }) => {
      this.#attend("Changing the settings", this.#changeSettings(settings));
    });
    this.#connection.onShutdown(() => this.#tasks.close());
  }

  #listenToDocuments(): void {
    const connection = this.#connection;
    connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
      // From now on the text counts, of which the editor asks by itself: else it would show each problem twice.
      if (this.#toldFromDisk.delete(uri)) this.#clear(uri);
      this.#read(this.#service.open({ uri, path: pathOf(uri), version }, text));
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const file = this.#service.change(uri, version, contentChanges);
      if (file !== null) this.#read(file);
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#service.close(uri);
      this.#told.delete(uri);
      this.#toldInPart.delete(uri);
      if (!this.#abilities.pullsDiagnostics) this.#clear(uri);
    });
  }

  #clear(uri: string): void {
    this.#attend("Taking back problems", this.#connection.sendDiagnostics({ uri, diagnostics: [] }));
  }

  /** Of work that nobody waits for: an editor that refuses something must not end the server. */
  #attend(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#connection.console.error(`${what}: ${messageOf(error)}`));
  }

  #listenToFeatures(): void {
    const connection = this.#connection;
    const service = this.#service;
    const of = <T>({ uri }: { uri: string }, nothing: T, ask: (file: OpenFile) => T): T => {
      const file = service.file(uri);
      return file === null ? nothing : ask(file);
    };
    const ofWhole = async <T>(
      { uri }: { uri: string },
      nothing: T,
      token: CancellationToken,
      ask: (file: OpenFile) => T,
    ): Promise<T> => {
      const file = await this.#whole(uri, token);
      return file === null ? nothing : ask(file);
    };
    connection.onHover((at) => of(at.textDocument, null, (file) => service.hover(file, at.position)));
    connection.onCompletion((at) => of(at.textDocument, [], (file) => this.#completions(file, at.position)));
    connection.onCodeAction((at, token) => this.#codeActions(at, token));
    connection.onCodeActionResolve((action, token) => this.#resolve(action, token));
    connection.onCodeLens((at, token) => ofWhole(at.textDocument, [], token, (file) => service.codeLenses(file)));
    connection.onDocumentSymbol((at, token) => ofWhole(at.textDocument, [], token, (file) => this.#symbols(file)));
    connection.onDocumentLinks((at, token) =>
      ofWhole(at.textDocument, [], token, (file) => service.documentLinks(file)),
    );
    connection.onDocumentLinkResolve((link) => withTarget(link));
    connection.onFoldingRanges(() => []);
    connection.languages.inlayHint.on((at, token) =>
      ofWhole(at.textDocument, [], token, (file) => service.inlayHints(file, at.range)),
    );
    connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }, token) =>
      this.#report(uri, previousResultId, token),
    );
  }

  #listenToOurs(): void {
    const connection = this.#connection;
    const service = this.#service;
    connection.onNotification(protocol.failuresMethod, (params: protocol.FailuresParams) => {
      this.#service.useFailures(params);
      this.#refresh();
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
        const { uri } = params;
        await this.#settingsKnown.promise;
        const { diagnostics, state } = await this.#withShare(params, "Checking on disk", (onShare) =>
          this.#disk.check(params, onShare, token),
        );
        // Of a text that is open, what counts is the text.
        if (service.file(uri) !== null) return state;
        this.#toldFromDisk.add(uri);
        await connection.sendDiagnostics({ uri, diagnostics });
        await this.#sendState(state);
        return state;
      },
    );
    connection.onRequest(protocol.fixOnDiskMethod, (params: protocol.FixOnDiskParams, token: CancellationToken) =>
      this.#withShare(params, "Mending on disk", (onShare) => this.#disk.fix(params, onShare, token)),
    );
    connection.onRequest(
      protocol.allProblemsMethod,
      async (params: protocol.OnDiskParams, token: CancellationToken): Promise<string> => {
        const file = await this.#whole(params.uri, token);
        if (file !== null) return service.allProblems(file);
        return await this.#withShare(params, "Listing problems", (onShare) => this.#disk.list(params, onShare, token));
      },
    );
    connection.onRequest(
      protocol.wholeStateMethod,
      async ({ uri }: protocol.WholeStateParams, token: CancellationToken): Promise<protocol.FileState | null> => {
        const file = await this.#whole(uri, token);
        return file === null ? null : service.state(file);
      },
    );
    connection.onRequest(
      protocol.replaceModelMethod,
      async (params: protocol.ReplaceModelParams, token: CancellationToken): Promise<protocol.ReplaceModelAnswer> =>
        (await this.#whole(params.uri, token)) === null ? null : this.#replaceModel(params),
    );
  }

  /** Does work on a file while the editor is told how far it is, where it wants to know. */
  async #withShare<T>(
    { workDoneToken }: protocol.OnDiskParams,
    title: string,
    work: (onShare: (share: number) => void) => Promise<T>,
  ): Promise<T> {
    const progress = this.#connection.window.attachWorkDoneProgress(workDoneToken);
    progress.begin(title, 0);
    try {
      return await work((share) => progress.report(Math.round(share * 100)));
    } finally {
      progress.done();
    }
  }

  /** An open file once all of it is read; null when it is not open, or not any more. Throws when the editor cancels. */
  #whole(uri: string, token: CancellationToken): Promise<OpenFile | null> {
    return this.#once(uri, token, (file) => this.#reader.whenRead(file));
  }

  async #once(
    uri: string,
    token: CancellationToken,
    until: (file: OpenFile) => Promise<void>,
  ): Promise<OpenFile | null> {
    const file = this.#service.file(uri);
    if (file === null) return null;
    await unlessCancelled(
      token,
      this.#settingsKnown.promise.then(() => until(file)),
    );
    return this.#service.file(uri) === file ? file : null;
  }

  #read(file: OpenFile): void {
    if (this.#knowsSettings) this.#reader.read(file);
  }

  async #followSettings(): Promise<void> {
    if (this.#abilities.answersConfiguration) {
      const timer = setTimeout(() => this.#useSettings(null), SETTINGS_TIMEOUT_MS);
      await this.#changeSettings(null).finally(() => clearTimeout(timer));
    }
    if (this.#abilities.registersConfiguration) {
      await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
    }
  }

  /** @param pushed what an editor sent that cannot be asked */
  async #changeSettings(pushed: unknown): Promise<void> {
    this.#useSettings(
      this.#abilities.answersConfiguration ? await this.#askForSettings() : (property(pushed, SECTION) ?? pushed),
    );
    this.#refresh();
  }

  /** null when the editor refuses after all. */
  async #askForSettings(): Promise<unknown> {
    try {
      return await this.#connection.workspace.getConfiguration(SECTION);
    } catch (error) {
      this.#connection.console.warn(`The editor does not tell its settings: ${messageOf(error)}`);
      return null;
    }
  }

  /** @param section null when the editor told nothing: then what it said at the start holds */
  #useSettings(section: unknown): void {
    this.#service.useSettings(readSettings(section ?? this.#abilities.settings));
    this.#knowsSettings = true;
    this.#settingsKnown.resolve(undefined);
    for (const file of this.#service.files) this.#reader.read(file);
  }

  #completions(file: OpenFile, position: Position): CompletionItem[] {
    const items = this.#service.completions(file, position);
    return this.#abilities.fillsSnippets ? items : items.map(withoutSnippet);
  }

  #symbols(file: OpenFile): DocumentSymbol[] | SymbolInformation[] {
    const symbols = this.#service.symbols(file);
    return this.#abilities.nestsSymbols ? symbols : flatSymbols(symbols, file.uri);
  }

  async #codeActions(
    { textDocument: { uri }, range, context }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const { diagnostics, only = [] } = context;
    const file = wantsWholeFile(only) ? await this.#whole(uri, token) : this.#service.file(uri);
    if (file === null) return [];
    const actions = this.#service.codeActions(file, { range, diagnostics, only });
    if (this.#abilities.resolvesEdits) return actions.map((action) => this.#plain(action));
    const isMended = wantsWholeFile(only) || this.#service.isQuicklyMended(file);
    const offered = isMended ? actions : actions.filter(({ data }) => !isWholeFileFix(data));
    return await Promise.all(offered.map((action) => this.#resolve(action, token)));
  }

  async #resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    const fix: unknown = action.data;
    const isOpen = isWholeFileFix(fix) && (await this.#whole(fix.uri, token)) !== null;
    const edit = isOpen ? this.#service.wholeFileEdit(fix) : null;
    return this.#plain(edit === null ? action : { ...action, edit });
  }

  #plain(action: CodeAction): CodeAction {
    const { edit } = action;
    return edit === undefined || this.#abilities.versionsEdits ? action : { ...action, edit: unversioned(edit) };
  }

  #replaceModel(params: protocol.ReplaceModelParams): protocol.ReplaceModelAnswer {
    const edit = this.#service.replaceModel(params);
    if (edit === null) return null;
    return { edit: this.#abilities.versionsEdits ? edit : unversioned(edit) };
  }

  #tell(file: OpenFile): void {
    this.#tellState(file);
    this.#tellProblems(file);
    if (this.#toldInPart.delete(file.uri)) this.#refreshProblems();
  }

  /** To an editor that does not ask for them by itself. */
  #tellProblems(file: OpenFile): void {
    if (this.#abilities.pullsDiagnostics || file.kind !== "batch") return;
    const diagnostics = this.#service.diagnostics(file);
    const { uri, version } = file;
    this.#attend("Telling problems", this.#connection.sendDiagnostics({ uri, version, diagnostics }));
  }

  #tellState(file: OpenFile): void {
    if (!this.#abilities.knowsCommands) return;
    const state = this.#service.state(file);
    const text = JSON.stringify(state);
    const told = this.#toldOf(file.uri);
    if (told.state === text) return;
    told.state = text;
    this.#attend("Telling how a file stands", this.#sendState(state));
  }

  async #sendState(state: protocol.FileState): Promise<void> {
    if (this.#abilities.knowsCommands) await this.#connection.sendNotification(protocol.stateMethod, state);
  }

  #toldOf(uri: string): Told {
    const told = this.#told.get(uri) ?? { state: "", report: [], reportId: 0 };
    this.#told.set(uri, told);
    return told;
  }

  async #report(
    uri: string,
    previous: string | undefined,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> {
    // An editor that can be told to ask again gets the first problems of a large file early.
    const file = this.#abilities.refreshesDiagnostics
      ? await this.#once(uri, token, (one) => this.#reader.whenLookedAt(one))
      : await this.#whole(uri, token);
    if (file === null) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    if (file.checked?.document.isRead === false) this.#toldInPart.add(uri);
    const items = this.#service.diagnostics(file);
    const told = this.#toldOf(uri);
    if (told.reportId === 0 || !isSameReport(items, told.report)) {
      told.report = items;
      told.reportId = ++this.#reports;
    }
    const resultId = String(told.reportId);
    return previous === resultId
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
      : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  }

  /** After a change that is not an edit, so that the editor does not ask by itself. */
  #refresh(): void {
    const { pullsDiagnostics, refreshesLenses, refreshesHints } = this.#abilities;
    if (!pullsDiagnostics) for (const file of this.#service.files) this.#reader.read(file);
    const { languages } = this.#connection;
    this.#refreshProblems();
    if (refreshesLenses) this.#attend("Refreshing lenses", this.#connection.sendRequest(CodeLensRefreshRequest.type));
    if (refreshesHints) this.#attend("Refreshing hints", languages.inlayHint.refresh());
  }

  #refreshProblems(): void {
    const { pullsDiagnostics, refreshesDiagnostics } = this.#abilities;
    if (!pullsDiagnostics || !refreshesDiagnostics) return;
    this.#attend("Refreshing problems", this.#connection.languages.diagnostics.refresh());
  }
}

/** Most diagnostics of a report are the very objects of the one before (diagnosticsOf): those are not compared by content. */
function isSameReport(one: readonly Diagnostic[], other: readonly Diagnostic[]): boolean {
  return (
    one.length === other.length &&
    one.every((diagnostic, index) => {
      const before = other[index];
      return diagnostic === before || JSON.stringify(diagnostic) === JSON.stringify(before);
    })
  );
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
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
  } catch {
    // On another host, or with a slash in a name: nothing that this machine has a path for.
    return uri;
  }
}
