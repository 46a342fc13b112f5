import { BatchDocument } from "./document/batchDocument.ts";
import { lineChange, splice, splitLines, type TextChange } from "./document/lines.ts";
import { ShownProblems } from "./document/shownProblems.ts";
import { kindOf, type FileKind } from "../protocol/fileKind.ts";
import type { LanguageSettings } from "./settings.ts";

/** A batch file as it is checked. */
export interface CheckedText {
  document: BatchDocument;
  shown: ShownProblems;
}

/** A JSONL file that an editor has open. Only a batch file costs more than its lines. */
export class OpenFile {
  readonly uri: string;
  readonly path: string;
  version: number;
  #settings: LanguageSettings;
  #kind: FileKind;
  #plain: string[];
  #checked: CheckedText | null = null;

  constructor(at: { uri: string; path: string; version: number }, text: string, settings: LanguageSettings) {
    this.uri = at.uri;
    this.path = at.path;
    this.version = at.version;
    this.#settings = settings;
    this.#plain = splitLines(text);
    this.#kind = kindOf(this.#plain, this.path, settings.include);
    if (this.#kind === "batch") this.#check(text, this.#plain);
  }

  get kind(): FileKind {
    return this.#kind;
  }

  get settings(): LanguageSettings {
    return this.#settings;
  }

  /** Only of a batch file. */
  get checked(): CheckedText | null {
    return this.#checked;
  }

  get lines(): readonly string[] {
    return this.#checked?.document.lines ?? this.#plain;
  }

  change(version: number, changes: readonly TextChange[]): void {
    this.version = version;
    if (this.#checked !== null) {
      this.#checked.document.change(changes);
      return;
    }
    for (const { range, text } of changes) {
      if (range === undefined) {
        this.#plain = splitLines(text);
      } else {
        const { first, last, lines } = lineChange(this.#plain, range, text);
        this.#plain = splice(this.#plain, first, last - first + 1, lines);
      }
    }
    // A file that is being written may become a batch file; one that is does not stop to be one for a moment's typing.
    if (this.#kind === "other") this.#judgeKind();
  }

  /** Everything is checked anew. */
  useSettings(settings: LanguageSettings): void {
    this.#settings = settings;
    if (this.#checked === null) this.#judgeKind();
    else this.#check(this.lines.join(this.#checked.document.lineEnd), [...this.lines]);
  }

  #judgeKind(): void {
    this.#kind = kindOf(this.#plain, this.path, this.#settings.include);
    if (this.#kind === "batch") this.#check(this.#plain.join("\n"), this.#plain);
  }

  #check(text: string, lines: string[]): void {
    const { target, modelNames, ignoredRules } = this.#settings;
    const settings = { target, userModels: modelNames, ignored: new Set(ignoredRules) };
    const document = new BatchDocument(text, settings, lines);
    this.#checked = { document, shown: new ShownProblems(document) };
    this.#plain = [];
  }
}
