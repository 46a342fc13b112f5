/** What an editor asks about open files, without any editor: no connection, no disk, no clock. */
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  Diagnostic,
  DocumentLink,
  DocumentSymbol,
  Hover,
  InlayHint,
  Range,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver";
import type { FailuresParams, FileState, LastRunParams, ReplaceModelParams } from "../protocol/language.ts";
import type { DocumentSummary } from "./document/batchDocument.ts";
import type { Position, TextChange } from "./document/lines.ts";
import { codeActionsOf, workspaceEdit, type ActionRequest, type WholeFileFix } from "./features/codeActions.ts";
import { codeLensesOf } from "./features/codeLenses.ts";
import { completionsOf } from "./features/completion.ts";
import { documentLinksOf } from "./features/documentLinks.ts";
import { diagnosticsOf } from "./features/diagnostics.ts";
import { hoverOf } from "./features/hover.ts";
import { inlayHintsOf } from "./features/inlayHints.ts";
import { MAX_LISTED, problemListText } from "./features/problemList.ts";
import { symbolsOf } from "./features/symbols.ts";
import { fixEdits } from "./features/textEdits.ts";
import { modelCounts } from "./modelCounts.ts";
import { OpenFile } from "./openFile.ts";
import { RunFailures } from "./runFailures.ts";
import { checksAlike, defaultSettings, type LanguageSettings } from "./settings.ts";

export interface ServiceOptions {
  /** The address of the page on a problem code. */
  pageOf: (code: string) => string;
  /** Whether the editor has the commands of our extension. */
  knowsCommands: boolean;
}

const nothing: Omit<DocumentSummary, "byCode" | "urls"> = {
  requests: 0,
  invalid: 0,
  counts: { error: 0, warning: 0, info: 0 },
  safelyFixable: 0,
  models: {},
};

/** Of such a file all is judged and mended within a tenth of a second (40 µs a line, seen), as long as a menu may take. */
const MAX_QUICK_LINES = 1_000;
const MAX_QUICK_CHARACTERS = 1_000_000;

export class LanguageService {
  readonly #options: ServiceOptions;
  readonly #files = new Map<string, OpenFile>();
  readonly #failures = new Map<string, RunFailures>();
  readonly #lastRuns = new Map<string, string>();
  #settings: LanguageSettings = defaultSettings;
  #servedModels: readonly string[] = [];

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get files(): Iterable<OpenFile> {
    return this.#files.values();
  }

  file(uri: string): OpenFile | null {
    return this.#files.get(uri) ?? null;
  }

  /** The address of the page on a problem code. */
  get pageOf(): (code: string) => string {
    return this.#options.pageOf;
  }

  get settings(): LanguageSettings {
    return this.#settings;
  }

  useSettings(settings: LanguageSettings): void {
    const isOther = !checksAlike(this.#settings, settings);
    this.#settings = settings;
    // Checking anew takes seconds for a large file.
    if (!isOther) return;
    for (const file of this.#files.values()) file.useSettings(settings);
  }

  useServedModels(models: readonly string[]): void {
    this.#servedModels = models;
  }

  useLastRun({ uri, run }: LastRunParams): void {
    this.#lastRuns.set(uri, run);
  }

  /** What failed in a run; an empty list clears it. */
  useFailures({ uri, ...run }: FailuresParams): void {
    if (run.failures.length === 0) this.#failures.delete(uri);
    else this.#failures.set(uri, new RunFailures(run));
  }

  open(at: { uri: string; path: string; version: number }, text: string): OpenFile {
    const file = new OpenFile(at, text, this.#settings);
    this.#files.set(at.uri, file);
    return file;
  }

  change(uri: string, version: number, changes: readonly TextChange[]): OpenFile | null {
    const file = this.file(uri);
    file?.change(version, changes);
    return file;
  }

  close(uri: string): void {
    this.#files.delete(uri);
  }

  diagnostics(file: OpenFile): Diagnostic[] {
    if (file.checked === null) return [];
    const { maxProblems } = this.#settings;
    const failed = this.#failures.get(file.uri)?.diagnostics(file.checked.document, maxProblems) ?? [];
    const context = { uri: file.uri, maxProblems: maxProblems - failed.length, pageOf: this.#options.pageOf };
    const found = diagnosticsOf(file.checked, context);
    return [...failed, ...found];
  }

  /** Every problem of a file, as text for a person. */
  allProblems({ checked }: OpenFile): string {
    const none = { counts: { error: 0, warning: 0, info: 0 } };
    const { counts } = checked?.document.summary() ?? none;
    return problemListText(counts, checked?.shown.pick(MAX_LISTED) ?? []);
  }

  state(file: OpenFile): FileState {
    const summary = file.checked?.document.summary() ?? nothing;
    const { requests, invalid, counts, safelyFixable, models } = summary;
    return {
      uri: file.uri,
      kind: file.kind,
      busy: file.checked?.document.isRead === false,
      requests,
      invalid,
      counts,
      safelyFixable,
      models: modelCounts(models),
      onDisk: false,
    };
  }

  codeActions(file: OpenFile, request: Omit<ActionRequest, "knowsCommands">): CodeAction[] {
    return codeActionsOf(file, { ...request, knowsCommands: this.#options.knowsCommands });
  }

  /** The edit of an action for a whole file; null when the file has changed since, or is not open any more. */
  wholeFileEdit({ uri, version, code }: WholeFileFix): NonNullable<CodeAction["edit"]> | null {
    const file = this.file(uri);
    if (file === null || file.checked === null || file.version !== version) return null;
    const edits: TextEdit[] =
      code === null
        ? fixEdits(file.checked.document, { suggested: false })
        : fixEdits(file.checked.document, { suggested: true, only: code });
    return workspaceEdit(file, edits);
  }

  /** Whether edits for all of a file are made so soon that they may be made before anybody has chosen them. */
  isQuicklyMended({ lines }: OpenFile): boolean {
    if (lines.length > MAX_QUICK_LINES) return false;
    let characters = 0;
    for (const line of lines) characters += line.length;
    return characters <= MAX_QUICK_CHARACTERS;
  }

  /** The edit that gives all requests of one model another, as if the user's own names said so, and nothing else. */
  replaceModel({ uri, from, to }: ReplaceModelParams): WorkspaceEdit | null {
    const file = this.file(uri);
    if (file === null || file.checked === null || file.checked.document.ledger.isArray) return null;
    const mapped = { only: "model.mapped", suggested: false, target: "vllm", userModels: { [from]: to } } as const;
    const edits = fixEdits(file.checked.document, { ...mapped, ignored: new Set() });
    return workspaceEdit(file, edits);
  }

  hover(file: OpenFile, position: Position): Hover | null {
    return hoverOf(file, position);
  }

  completions(file: OpenFile, position: Position): CompletionItem[] {
    return completionsOf(file, position, { servedModels: this.#servedModels });
  }

  codeLenses(file: OpenFile): CodeLens[] {
    return this.#options.knowsCommands ? codeLensesOf(file, this.#failures.get(file.uri) ?? null) : [];
  }

  symbols(file: OpenFile): DocumentSymbol[] {
    return symbolsOf(file);
  }

  documentLinks(file: OpenFile): DocumentLink[] {
    return documentLinksOf(file, this.#lastRuns.get(file.uri) ?? null);
  }

  inlayHints(file: OpenFile, range: Range): InlayHint[] {
    return this.#settings.showTokens ? inlayHintsOf(file, range) : [];
  }
}
