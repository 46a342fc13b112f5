/**
 * A unit is a run of lines that is read by itself: one line, in nearly all of a file. Lines belong together where one
 * decides what another means: an object printed over several lines, a bracket that may open an array.
 */
import type { Severity } from "../../protocol/problem.ts";
import { property, isObject } from "../../util/unknown.ts";
import type { AnyFinding, TextFinding } from "../../batch/finding.ts";
import { isTextFinding } from "../../batch/finding.ts";
import type { RequestJudge } from "../../batch/judge.ts";
import type { RecordSink, SourceRecord } from "../../batch/records/record.ts";

/** How much there is to say about one request. Equal ones are one object: most requests of a file are alike. */
export interface Verdict {
  readonly counts: Readonly<Record<Severity, number>>;
  /** Bits of the severities of which there is at least one. */
  readonly severities: number;
  /** The code of each problem. */
  readonly codes: readonly string[];
  /** Codes, among them, that are told once per file. */
  readonly once: readonly { code: string; severity: Severity }[];
  readonly safelyFixable: number;
  /** It must not be sent as it stands. */
  readonly isInvalid: boolean;
}

/** What is kept of one request between edits. */
export interface RequestFacts {
  readonly unit: Unit;
  /** Its first line, counted from that of the unit. */
  readonly offset: number;
  readonly verdict: Verdict;
  /** Only when it is fit to be a key. */
  readonly customId: string | null;
  readonly url: string | null;
  readonly model: string | null;
}

export interface Unit {
  /** From 0. Changed when lines are added or removed above. */
  line: number;
  readonly lineCount: number;
  /** None for blank lines; several where an object was never closed, or in an array. */
  readonly requests: readonly RequestFacts[];
  /** Of the text between the elements of an array. */
  readonly between: Verdict | null;
  readonly isArray: boolean;
  /** Bits of the severities that its problems have, by themselves: to be asked of a hundred thousand at a time. */
  readonly severities: number;
  /** How many of its requests have an id that an earlier one has. Changed with other lines. */
  duplicates: number;
}

/** The bit of a severity in Unit.severities. */
const severityBit: Readonly<Record<Severity, number>> = { error: 1, warning: 2, info: 4 };

/** Whether there is a problem of a severity, though it may be one that is told elsewhere. Quick: it is asked of all units. */
export function mayHave({ severities, duplicates }: Unit, severity: Severity): boolean {
  return (severities & severityBit[severity]) !== 0 || (duplicates > 0 && severity === "error");
}

/** Makes facts of records, one unit after the other. */
export class UnitBuilder implements RecordSink {
  readonly #judge: RequestJudge;
  readonly #verdicts = new VerdictTable();
  readonly #names = new Map<string, string>();
  readonly #findings: AnyFinding[] = [];
  #between: AnyFinding[] = [];
  #records: Omit<RequestFacts, "unit" | "offset">[] = [];
  #lines: number[] = [];
  #isArray = false;

  readonly #ignored: ReadonlySet<string>;

  /** @param ignored codes of problems that are not to be counted */
  constructor(judge: RequestJudge, ignored: ReadonlySet<string>) {
    this.#judge = judge;
    this.#ignored = ignored;
  }

  /** The unit of everything since the last call. */
  take(line: number, lineCount: number): Unit {
    const between = this.#between.length === 0 ? null : this.#verdicts.of(this.#between, true);
    const requests: RequestFacts[] = [];
    let severities = between?.severities ?? 0;
    for (const { verdict } of this.#records) severities |= verdict.severities;
    const unit: Unit = { line, lineCount, requests, between, isArray: this.#isArray, severities, duplicates: 0 };
    this.#records.forEach((record, index) => {
      requests.push({ unit, offset: (this.#lines[index] ?? 1) - 1 - line, ...record });
    });
    this.#between = [];
    this.#records = [];
    this.#lines = [];
    this.#isArray = false;
    return unit;
  }

  onBlank(): void {
    // A unit without requests says it.
  }

  onArray(): void {
    this.#isArray = true;
  }

  onArrayProblem(_line: number, finding: TextFinding): void {
    if (!this.#ignored.has(finding.code)) this.#between.push(finding);
  }

  onRecord(record: SourceRecord): void {
    const findings = this.#findings;
    findings.length = 0;
    findingsOf(record, this.#judge, findings);
    const { value } = record;
    const isInvalid = record.form === "element" || findings.some(({ severity }) => severity === "error");
    const told = this.#ignored.size === 0 ? findings : findings.filter(({ code }) => !this.#ignored.has(code));
    const { custom_id: id, url } = isObject(value) ? value : {};
    const model = isObject(value) ? property(value["body"], "model") : undefined;
    this.#lines.push(record.line);
    this.#records.push({
      verdict: this.#verdicts.of(told, isInvalid),
      customId: typeof id === "string" && id !== "" ? id : null,
      url: typeof url === "string" ? this.#one(url) : null,
      model: typeof model === "string" ? this.#one(model) : null,
    });
  }

  /** One string for all equal ones: a file has few models and urls, on many lines. */
  #one(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(name, name);
    return name;
  }
}

/** Adds all there is to say about a record by itself. */
export function findingsOf(record: SourceRecord, judge: RequestJudge, findings: AnyFinding[]): void {
  for (const problem of record.problems) findings.push(problem);
  if (record.value !== undefined) judge.judge(record, findings);
}

const MAX_VERDICTS = 10_000;
const MAX_NAMES = 1_000;

class VerdictTable {
  readonly #known = new Map<string, Verdict>();
  /** Of requests with this one problem: what is said of a model is one object for all of them (batch/judge.ts). */
  readonly #ofOne = new WeakMap<AnyFinding, Verdict>();

  of(findings: readonly AnyFinding[], isInvalid: boolean): Verdict {
    const [first] = findings;
    if (first === undefined || findings.length > 1 || isInvalid) return this.#ofSeveral(findings, isInvalid);
    let verdict = this.#ofOne.get(first);
    if (verdict !== undefined) return verdict;
    verdict = this.#ofSeveral(findings, false);
    this.#ofOne.set(first, verdict);
    return verdict;
  }

  #ofSeveral(findings: readonly AnyFinding[], isInvalid: boolean): Verdict {
    let key = isInvalid ? "invalid" : "";
    for (const { code, severity, fix } of findings) key += `;${code},${severity},${fix?.kind ?? ""}`;
    let verdict = this.#known.get(key);
    if (verdict !== undefined) return verdict;
    verdict = verdictOf(findings, isInvalid);
    if (this.#known.size >= MAX_VERDICTS) this.#known.clear();
    this.#known.set(key, verdict);
    return verdict;
  }
}

function verdictOf(findings: readonly AnyFinding[], isInvalid: boolean): Verdict {
  const counts = { error: 0, warning: 0, info: 0 };
  let severities = 0;
  for (const { severity } of findings) {
    counts[severity] += 1;
    severities |= severityBit[severity];
  }
  return {
    counts,
    severities,
    codes: findings.map(({ code }) => code),
    once: findings.flatMap((finding) => (isOnce(finding) ? [{ code: finding.code, severity: finding.severity }] : [])),
    safelyFixable: findings.filter(({ fix }) => fix?.kind === "safe").length,
    isInvalid,
  };
}

/** Whether it is told for the first such request of a file only. */
export function isOnce(finding: AnyFinding): boolean {
  return !isTextFinding(finding) && finding.oncePerFile === true;
}
