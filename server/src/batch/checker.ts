import type { Problem, ProblemCounts } from "../protocol/problem.ts";
import type { RawLine } from "../util/lineSplitter.ts";
import type { Target } from "./endpoints.ts";
import type { AnyFinding, TextFinding } from "./finding.ts";
import { RequestJudge } from "./judge.ts";
import { FileLedger } from "./ledger.ts";
import { customIdOf, problemInLine, problemOf, problemOfFile } from "./problems.ts";
import type { RecordSink, SourceRecord } from "./records/record.ts";
import { RecordReader } from "./records/recordReader.ts";
import { arrayFile, utf16File } from "./rules/file.ts";

/** What is known of a problem before its place is looked up. */
export type ProblemHead = Pick<Problem, "code" | "severity" | "message">;

/** A request that must not be sent as it stands. Each line that is not empty is part of one of these, or is good. */
export interface InvalidLine {
  line: number;
  /** The same as `line`, but for an object that was printed over several lines. */
  endLine: number;
  customId: string | null;
  /** Its errors only. */
  problems: readonly Problem[];
}

export interface CheckOptions {
  target: Target;
  /** The user's own names: Ollama or other name → model id. */
  userModels?: Readonly<Record<string, string>>;
  /** Codes of problems that are neither told nor counted. A request with an error among them still counts as invalid. */
  ignored?: ReadonlySet<string>;
  /** Called for each problem, in the order of the file; problems of the whole file come last. */
  onProblem?: (problem: Problem) => void;
  /**
   * Asked before onProblem, whether this one is worth telling: finding its place costs time. Not asked about problems
   * of the whole file, which are always told. Counts are exact, whatever it answers.
   */
  wantsProblem?: (finding: ProblemHead) => boolean;
  /** Called once for each request that has an error and so must not be sent. */
  onInvalidLine?: (line: InvalidLine) => void;
  /** Called for each request that is JSON, good or not, before its problems. */
  onRequest?: (record: SourceRecord) => void;
}

export interface BatchSummary {
  /** All lines, empty ones too. */
  lines: number;
  /** Lines that are meant as requests: not empty. */
  requests: number;
  /** Requests with at least one error. */
  invalid: number;
  counts: ProblemCounts;
  byCode: Readonly<Record<string, number>>;
  /** Problems that have a safe fix. */
  safelyFixable: number;
  models: Readonly<Record<string, number>>;
  urls: Readonly<Record<string, number>>;
}

/**
 * Checks a batch file line by line, with nothing in memory but the line, a hash of each id and some counts. Never
 * throws, whatever the lines.
 */
export class BatchChecker implements RecordSink {
  readonly #options: CheckOptions;
  readonly #reader = new RecordReader(this);
  readonly #judge: RequestJudge;
  readonly #ledger: FileLedger;
  #findings: AnyFinding[] = [];
  #lines = 0;
  #requests = 0;
  #invalid = 0;
  #isArray = false;
  #isUtf16 = false;

  /** @param idSeed 32 random bits, for the table of ids */
  constructor(options: CheckOptions, idSeed: number) {
    this.#options = options;
    this.#judge = new RequestJudge(options.target, options.userModels);
    this.#ledger = new FileLedger(options.target, idSeed);
  }

  push(line: RawLine): void {
    this.#lines = line.number;
    this.#reader.push(line);
  }

  /** Says that the lines are a translation from UTF-16: then none of them can be sent as it stands. */
  markUtf16(): void {
    this.#isUtf16 = true;
  }

  end(sizeBytes: number): BatchSummary {
    this.#reader.end();
    const requests = this.#requests;
    const { findings, urls, models } = this.#ledger.judgeFile({ sizeBytes, requests, isArray: this.#isArray });
    for (const finding of this.#isUtf16 ? [utf16File, ...findings] : findings) {
      if (this.#isIgnored(finding)) continue;
      this.#ledger.count(finding);
      this.#options.onProblem?.(problemOfFile(finding));
    }
    const { counts, byCode, safelyFixable } = this.#ledger;
    return { lines: this.#lines, requests, invalid: this.#invalid, counts, byCode, safelyFixable, models, urls };
  }

  onBlank(): void {
    // Nothing to say: vLLM passes over blank lines.
  }

  onArray(): void {
    this.#isArray = true;
  }

  onRecord(record: SourceRecord): void {
    this.#requests += 1;
    const findings = this.#findings;
    findings.length = 0;
    for (const problem of record.problems) findings.push(problem);
    const { value, line } = record;
    if (value !== undefined) {
      this.#options.onRequest?.(record);
      this.#judge.judge(record, findings);
      const duplicate = this.#ledger.look(value, line);
      if (duplicate !== null) findings.push(duplicate);
    }
    if (findings.length > 0 || this.#isUtf16 || record.form === "element") this.#report(record, findings);
  }

  onArrayProblem(line: number, finding: TextFinding): void {
    if (this.#isIgnored(finding)) return;
    this.#ledger.count(finding);
    if (this.#wants(finding)) this.#options.onProblem?.(problemInLine(finding, line));
  }

  #report(record: SourceRecord, found: readonly AnyFinding[]): void {
    const findings = this.#ledger.withoutRepeats(found);
    const customId = customIdOf(record);
    const told = findings.filter((finding) => !this.#isIgnored(finding));
    for (const finding of told) this.#ledger.count(finding);
    const wanted = told.filter((finding) => this.#wants(finding));
    const problems = wanted.map((finding) => problemOf(finding, record, customId));
    for (const problem of problems.sort(byPlace)) this.#options.onProblem?.(problem);
    const whole = this.#isUtf16 ? utf16File : record.form === "element" ? arrayFile : null;
    const errors = findings.filter((finding) => finding.severity === "error");
    if (whole === null && errors.length === 0) return;
    this.#invalid += 1;
    const { line, endLine } = record;
    this.#options.onInvalidLine?.({
      line,
      endLine,
      customId,
      problems: [...(whole ? [problemOfFile(whole)] : []), ...errors.map((one) => problemOf(one, record, customId))],
    });
  }

  #isIgnored({ code }: Pick<Problem, "code">): boolean {
    return this.#options.ignored?.has(code) === true;
  }

  #wants(finding: ProblemHead): boolean {
    const { onProblem, wantsProblem } = this.#options;
    return onProblem !== undefined && (wantsProblem?.(finding) ?? true);
  }
}

function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column;
}
