/**
 * A batch file that is open in an editor: its lines, and what there is to say about each, kept up to date with as little
 * reading as an edit allows. The same rules, in the same words, as a check of the file on disk (batch/checker.ts).
 */
import type { BatchSummary } from "../../batch/checker.ts";
import type { Target } from "../../batch/endpoints.ts";
import { isBlank } from "../../batch/json/cursor.ts";
import { RequestJudge } from "../../batch/judge.ts";
import { RecordReader } from "../../batch/records/recordReader.ts";
import type { RecordSink } from "../../batch/records/record.ts";
import { judgeFile, type FileFinding } from "../../batch/rules/file.ts";
import { DocumentLedger, DUPLICATE } from "./documentLedger.ts";
import { lineChange, lineEndOf, splice, splitLines, type LineChange, type TextChange } from "./lines.ts";
import { UnitBuilder, type Unit } from "./unit.ts";

export interface CheckSettings {
  target: Target;
  /** The user's own names: Ollama or other name → model id. */
  userModels: Readonly<Record<string, string>>;
  /** Codes of problems that are not to be told. */
  ignored: ReadonlySet<string>;
}

/** What a check of the file would count, but for its lines. */
export type DocumentSummary = Omit<BatchSummary, "lines">;

/** Of units that must be read anew for one change; what is beyond is left to readOn. */
const MAX_REREAD = 5_000;

export class BatchDocument {
  readonly settings: CheckSettings;
  readonly judge: RequestJudge;
  readonly ledger: DocumentLedger;
  lineEnd: "\n" | "\r\n";
  readonly #builder: UnitBuilder;
  #lines: string[];
  /** They lie side by side, from line 0 to where reading has come. */
  #units: Unit[] = [];
  #linesRead = 0;
  /** The first line that is not blank, or the number of lines. */
  #firstText: number;
  #sizeBytes: number;
  /** Both are null when something has changed since they were made. */
  #summary: DocumentSummary | null = null;
  #fileFindings: readonly FileFinding[] | null = null;

  /**
   * @param text as an editor has it: no byte order mark, any line ends
   * @param lines those of the text, which are its own from now on
   */
  constructor(text: string, settings: CheckSettings, lines = splitLines(text)) {
    this.settings = settings;
    this.judge = new RequestJudge(settings.target, settings.userModels);
    this.ledger = new DocumentLedger({ tellsDuplicates: !settings.ignored.has(DUPLICATE) });
    this.#builder = new UnitBuilder(this.judge, settings.ignored);
    this.#lines = lines;
    this.lineEnd = lineEndOf(text);
    this.#firstText = this.#findFirstText();
    this.#sizeBytes = Buffer.byteLength(text);
  }

  /** Line by line, without line ends. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** What was read so far, in the order of the file. */
  get units(): readonly Unit[] {
    return this.#units;
  }

  get isRead(): boolean {
    return this.#linesRead === this.#lines.length;
  }

  /** Reads on from where reading has come, until all is read or it is told to stop. */
  readOn(mayGoOn: () => boolean): void {
    if (!this.isRead) this.#forgetSums();
    while (!this.isRead && mayGoOn()) {
      const unit = this.#readUnit(this.#linesRead);
      this.#units.push(unit);
      this.ledger.add(unit);
      this.#linesRead += unit.lineCount;
    }
  }

  /** Takes over what was changed in the editor, change by change. */
  change(changes: readonly TextChange[]): void {
    this.#forgetSums();
    for (const { range, text } of changes) {
      if (range === undefined) {
        this.lineEnd = lineEndOf(text);
        this.#replace({ first: 0, last: this.#lines.length - 1, lines: splitLines(text) });
      } else {
        this.#replace(lineChange(this.#lines, range, text));
      }
    }
  }

  /** Made once between two changes: to count models and codes takes longer than most edits. */
  summary(): DocumentSummary {
    this.#summary ??= this.#summarize();
    return this.#summary;
  }

  #forgetSums(): void {
    this.#summary = null;
    this.#fileFindings = null;
  }

  #summarize(): DocumentSummary {
    const { requests, invalid, counts, byCode, models, urls } = this.ledger;
    let { safelyFixable } = this.ledger;
    for (const { code, severity, fix } of this.fileFindings()) {
      byCode[code] = (byCode[code] ?? 0) + 1;
      counts[severity] += 1;
      if (fix === "safe") safelyFixable += 1;
    }
    return { requests, invalid, counts, byCode, safelyFixable, models, urls };
  }

  /** What is said about the file as a whole, at its first line. Until all is read, nothing. */
  fileFindings(): readonly FileFinding[] {
    if (!this.isRead) return [];
    this.#fileFindings ??= this.#judgeFile();
    return this.#fileFindings;
  }

  #judgeFile(): readonly FileFinding[] {
    const { requests, isArray, models, urls } = this.ledger;
    const { target, ignored } = this.settings;
    const facts = { target, sizeBytes: this.#sizeBytes, requests, isArray, urls, models };
    return judgeFile(facts).filter(({ code }) => !ignored.has(code));
  }

  /** The units of which lines lie between these (from 0, both included). */
  unitsBetween(first: number, last: number): Unit[] {
    const found: Unit[] = [];
    for (let index = this.#unitAt(first); index < this.#units.length; index += 1) {
      const unit = this.#units[index];
      if (unit === undefined || unit.line > last) break;
      if (unit.line + unit.lineCount > first) found.push(unit);
    }
    return found;
  }

  /** Reads a unit once more, into another sink: what a unit keeps is only what must be known of all of them. */
  readAgain(unit: Unit, sink: RecordSink): void {
    this.#pushLines(unit.line, sink);
  }

  #replace({ first, last, lines }: LineChange): void {
    const firstText = this.#firstText;
    const removed = this.#lines.slice(first, last + 1);
    this.#sizeBytes += this.#bytesOf(lines) - this.#bytesOf(removed);
    this.#lines = splice(this.#lines, first, removed.length, lines);
    if (first <= firstText) this.#firstText = this.#findFirstText();
    if (first >= this.#linesRead) return;
    const shift = lines.length - removed.length;
    const lastNew = first + lines.length - 1;
    // The first text decides whether the file is an array: what has become the first, or is so no more, is read anew.
    const lastTouched = first <= firstText ? Math.max(lastNew, this.#firstText, firstText + shift) : lastNew;
    this.#reread({ from: this.#unitAt(first), lastOld: last, lastTouched, shift });
  }

  /**
   * Reads the touched units anew, and on until reading is in step with the units that follow. `lastOld` counts as before
   * the change, `lastTouched` as after it. Where there is no unit to be in step with, readOn does the rest.
   */
  #reread(touched: { from: number; lastOld: number; lastTouched: number; shift: number }): void {
    const { from, lastOld, lastTouched, shift } = touched;
    let units = this.#units;
    let line = units[from]?.line ?? 0;
    let to = from;
    while ((units[to]?.line ?? Infinity) <= lastOld) to += 1;
    this.#removeFromLedger(units.slice(from, to));
    if (shift !== 0) for (let index = to; index < units.length; index += 1) (units[index] as Unit).line += shift;
    const fresh: Unit[] = [];
    for (let next = units[to]; next !== undefined && (line !== next.line || line <= lastTouched); next = units[to]) {
      if (next.line < line) {
        // What was read has gone into it: its beginning was not where it seemed to be.
        this.ledger.remove(next);
        to += 1;
      } else if (fresh.length >= MAX_REREAD) {
        this.#removeFromLedger(units.slice(to));
        units = units.slice(0, to);
      } else {
        const unit = this.#readUnit(line);
        fresh.push(unit);
        line += unit.lineCount;
        // Its requests count from now on: a later one of them may have the id of this.
        this.ledger.add(unit);
      }
    }
    this.#units = splice(units, from, to - from, fresh);
    const end = this.#units.at(-1);
    this.#linesRead = end === undefined ? 0 : end.line + end.lineCount;
  }

  /** From the last to the first: of those that share an id the first has it by right, and to find its heir takes time. */
  #removeFromLedger(units: readonly Unit[]): void {
    for (const unit of units.toReversed()) this.ledger.remove(unit);
  }

  #readUnit(line: number): Unit {
    const lineCount = this.#pushLines(line, this.#builder);
    return this.#builder.take(line, lineCount);
  }

  /** Reads the unit that begins at a line. Returns how many lines it has. */
  #pushLines(first: number, sink: RecordSink): number {
    const reader = new RecordReader(sink, { sawText: this.#firstText < first });
    let line = first;
    while (line < this.#lines.length) {
      const text = this.#lines[line] ?? "";
      line += 1;
      const terminated = line < this.#lines.length;
      reader.push({ number: line, byteOffset: 0, bytes: Buffer.from(text), text, terminated });
      if (reader.isIdle) return line - first;
    }
    reader.end();
    return line - first;
  }

  /** The index of the unit in which a line lies, or that of the last one. */
  #unitAt(line: number): number {
    let [low, high] = [0, this.#units.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#units[middle]?.line ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  #findFirstText(): number {
    let line = 0;
    while (line < this.#lines.length && isBlank(this.#lines[line] ?? "")) line += 1;
    return line;
  }

  #bytesOf(lines: readonly string[]): number {
    let bytes = 0;
    for (const line of lines) bytes += Buffer.byteLength(line) + this.lineEnd.length;
    return bytes;
  }
}
