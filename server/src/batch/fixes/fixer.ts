import type { ProblemCounts } from "../../protocol/problem.ts";
import type { RawLine } from "../../util/lineSplitter.ts";
import { Tally } from "../../util/tally.ts";
import { isObject, property } from "../../util/unknown.ts";
import type { Target } from "../endpoints.ts";
import type { AnyFinding, Edit, Finding, TextFinding } from "../finding.ts";
import { RequestJudge, type JudgedText } from "../judge.ts";
import { FileLedger } from "../ledger.ts";
import { parsed } from "../json/parsed.ts";
import type { RecordSink, SourceRecord } from "../records/record.ts";
import { RecordReader } from "../records/recordReader.ts";
import { applyEdit } from "./applyEdit.ts";
import { joinLines } from "./joinLines.ts";
import { mendRequest, mendSyntax, withFix, type MayFix, type Mended } from "./mend.ts";

export interface FixOptions {
  target: Target;
  userModels?: Readonly<Record<string, string>>;
  /** Also fixes that a person should look at. */
  suggested: boolean;
  /** Of all problems only those with this code. */
  only?: string;
  /** Codes of problems that are neither mended nor counted. Arrays and UTF-16 are taken apart all the same. */
  ignored?: ReadonlySet<string>;
  /** Set on every request. */
  model?: string;
  /** Told of each change, in order: these lines (from 1, both included) now are those. Not told of an array's elements. */
  onChanged?: (line: number, endLine: number, texts: readonly string[]) => void;
}

/** How much was done, and what is left to do. */
export interface FixSummary {
  /** Lines of the input that stand differently in the output. */
  changedLines: number;
  /** Fixes made, by the code of the problem; `option.model` for models set by option. */
  applied: Readonly<Record<string, number>>;
  /** Problems of the output, by code. */
  left: Readonly<Record<string, number>>;
  /** The same, by severity. */
  counts: ProblemCounts;
}

const LF = Buffer.from("\n");
const CR = 0x0d;

/**
 * Mends a batch file line by line. `write` gets the output in pieces, in order; a piece is only valid until the next
 * call of push. A line with nothing to mend is written as it came, byte for byte.
 */
export class BatchFixer implements RecordSink {
  readonly #options: FixOptions;
  readonly #write: (piece: Buffer) => void;
  readonly #reader = new RecordReader(this);
  readonly #judge: RequestJudge;
  readonly #ledger: FileLedger;
  readonly #applied = new Tally();
  readonly #mayFix: MayFix;
  #changedLines = 0;
  #lastChanged = 0;
  #requests = 0;
  #isUtf16 = false;

  /** @param idSeed 32 random bits, for the table of ids */
  constructor(options: FixOptions, idSeed: number, write: (piece: Buffer) => void) {
    this.#options = options;
    this.#write = write;
    this.#judge = new RequestJudge(options.target, options.userModels);
    this.#ledger = new FileLedger(options.target, idSeed);
    const { suggested, only } = options;
    this.#mayFix = (code, kind) =>
      (kind === "safe" || suggested) && (only === undefined || code === only) && !this.#isIgnored(code);
  }

  push(line: RawLine): void {
    if (this.#isUtf16) this.#countChanged(line.number, line.number);
    this.#reader.push(line);
  }

  /** Says that the lines are a translation from UTF-16, which mends that. */
  markUtf16(): void {
    this.#isUtf16 = true;
    this.#applied.add("encoding.utf16");
  }

  /** After the last line, when everything has been written. */
  finish(): void {
    this.#reader.end();
  }

  /** @param sizeBytes of the output */
  summary(sizeBytes: number): FixSummary {
    const { findings } = this.#ledger.judgeFile({ sizeBytes, requests: this.#requests, isArray: false });
    for (const finding of findings) if (!this.#isIgnored(finding.code)) this.#ledger.count(finding);
    const { byCode: left, counts } = this.#ledger;
    return { changedLines: this.#changedLines, applied: this.#applied.toRecord(), left, counts };
  }

  onBlank(line: RawLine): void {
    this.#writeLine(line);
  }

  onArray(): void {
    this.#applied.add("file.arrayFile");
  }

  onArrayProblem(_line: number, { code }: TextFinding): void {
    this.#applied.add(code);
  }

  onRecord(record: SourceRecord): void {
    const readable = this.#readable(record);
    const mended =
      readable === null
        ? [this.#mend(record)]
        : readable.map((text) => this.#mend({ ...record, text, bytes: Buffer.from(text), value: parsed(text) }));
    const applied = [
      ...(readable === null ? [] : record.problems.map(({ code }) => code)),
      ...mended.flatMap((one) => one.applied),
    ];
    for (const code of applied) this.#applied.add(code);
    const left = this.#ledger.withoutRepeats(mended.flatMap((one) => one.left));
    for (const finding of left) if (!this.#isIgnored(finding.code)) this.#ledger.count(finding);
    this.#requests += mended.length;
    if (applied.length > 0 || record.form === "element") this.#writeChanged(record, mended);
    else for (const line of record.source) this.#writeLine(line);
  }

  /** The requests of a record as JSON, each on one line; null when the text stays as it is. */
  #readable({ form, text, value, problems }: SourceRecord): string[] | null {
    const isPrinted = form === "element" && value !== undefined;
    const readable = isPrinted ? text : mendSyntax(text, problems, this.#mayFix);
    if (readable === null) return null;
    if (parsed(readable) === undefined) return readable.split("\n");
    return [form === "line" ? readable : joinLines(readable)];
  }

  /** All there is to mend in one request, which may still not be JSON: then that is what is left. */
  #mend({ text, bytes, value, line, problems }: SourceRecord): Mended {
    if (value === undefined) return { text, value, applied: [], left: problems };
    const changed = this.#withModel(text, value);
    const judge = (one: string, its: unknown) =>
      this.#findings({ text: one, bytes: one === text ? bytes : Buffer.from(one), value: its, line });
    const mended = mendRequest(changed ?? text, changed === null ? value : parsed(changed), judge, this.#mayFix);
    if (changed !== null) mended.applied.unshift("option.model");
    const duplicate = this.#ledger.look(mended.value, line);
    return duplicate === null ? mended : this.#mendDuplicate(mended, duplicate, line);
  }

  #isIgnored(code: string): boolean {
    return this.#options.ignored?.has(code) === true;
  }

  #findings(judged: JudgedText): AnyFinding[] {
    const findings: AnyFinding[] = [];
    this.#judge.judge(judged, findings);
    return findings;
  }

  /** The model of the options in place of the request's own; null when nothing changes. */
  #withModel(text: string, value: unknown): string | null {
    const { model } = this.#options;
    const body = property(value, "body");
    if (model === undefined || !isObject(body) || body["model"] === model) return null;
    const edit: Edit =
      body["model"] === undefined
        ? { op: "insert", path: ["body"], key: "model", value: model }
        : { op: "replace", path: ["body", "model"], value: model };
    return applyEdit(text, edit);
  }

  #mendDuplicate(mended: Mended, duplicate: Finding, line: number): Mended {
    const left = { ...mended, left: [...mended.left, duplicate] };
    const text = this.#mayFix(duplicate.code, "suggested") ? withFix(mended.text, duplicate) : null;
    const value = text === null ? undefined : parsed(text);
    const id = property(value, "custom_id");
    // The new id may stand elsewhere too: then there are two duplicates, and a person must help.
    if (text === null || typeof id !== "string" || this.#ledger.takeId(id, line) !== null) return left;
    return { text, value, applied: [...mended.applied, duplicate.code], left: mended.left };
  }

  #writeLine({ bytes, terminated }: RawLine): void {
    this.#write(bytes);
    if (terminated) this.#write(LF);
  }

  #writeChanged({ form, line, endLine, source }: SourceRecord, texts: readonly Mended[]): void {
    this.#countChanged(line, endLine);
    const last = source.at(-1);
    const end = last?.bytes.at(-1) === CR ? "\r\n" : "\n";
    const lines = texts.map(({ text }) => text.replace(/\r$/, ""));
    if (form !== "element") this.#options.onChanged?.(line, endLine, lines);
    const written = lines.join(end);
    this.#write(Buffer.from(form === "element" || last?.terminated === true ? `${written}${end}` : written));
  }

  #countChanged(line: number, endLine: number): void {
    this.#changedLines += Math.max(0, endLine - Math.max(line, this.#lastChanged + 1) + 1);
    this.#lastChanged = Math.max(this.#lastChanged, endLine);
  }
}
