import { problemInLine, problemOf, problemOfFile } from "../../batch/problems.ts";
import type { Problem, Severity, TextRange } from "../../protocol/problem.ts";
import type { BatchDocument } from "./batchDocument.ts";
import { duplicateOf, judgeUnit } from "./judgedRequests.ts";
import { DUPLICATE } from "./documentLedger.ts";
import { isOnce, severityBit, type RequestFacts, type Unit } from "./unit.ts";

/** More than are shown at a time: what was shown a moment ago may be shown again. */
const MAX_UNITS_KEPT = 4_000;

const severities: readonly Severity[] = ["error", "warning", "info"];

interface KeptProblem {
  problem: Problem;
  once: boolean;
}

/** The problems of a unit as they were found when it began at `line`. */
interface KeptUnit {
  line: number;
  requests: { facts: RequestFacts; customId: string | null; problems: KeptProblem[]; idPlace: TextRange }[];
  between: Problem[];
}

/** Picks what is shown of a document's problems, and remembers the places of those, which cost time to find. */
export class ShownProblems {
  readonly #document: BatchDocument;
  readonly #kept = new Map<Unit, KeptUnit>();

  constructor(document: BatchDocument) {
    this.#document = document;
  }

  /**
   * Those of the whole file, and at most `limit` others, in the order of the file: the most severe ones, and of those
   * the first. What is told once per file is told at its first place.
   */
  pick(limit: number): Problem[] {
    const told = new Set<string>();
    const picked: Problem[] = [];
    const { counts } = this.#document.ledger;
    let all = 0;
    for (const severity of severities) {
      all += counts[severity];
      for (const unit of this.#document.units) {
        if (picked.length >= Math.min(all, limit)) break;
        if (this.#has(unit, severity, told)) this.#pickFrom(unit, severity, told, picked);
      }
    }
    if (picked.length > limit) picked.length = limit;
    return [
      ...this.#document.fileFindings().map(problemOfFile),
      ...picked.sort((a, b) => a.line - b.line || a.column - b.column),
    ];
  }

  /** Quick, for it is asked of every unit: places are not looked for. */
  #has(
    { requests, between, severities: bits, duplicates }: Unit,
    severity: Severity,
    told: ReadonlySet<string>,
  ): boolean {
    if (severity === "error" && duplicates > 0) return true;
    if ((bits & severityBit[severity]) === 0) return false;
    if (between !== null && between.counts[severity] > 0) return true;
    return requests.some(({ verdict: { counts, once } }) => {
      const repeats = once.filter((one) => one.severity === severity && told.has(one.code));
      return counts[severity] > repeats.length;
    });
  }

  #pickFrom(unit: Unit, severity: Severity, told: Set<string>, picked: Problem[]): void {
    const kept = this.#unit(unit);
    const shift = unit.line - kept.line;
    const pick = (problem: Problem): void => {
      if (problem.severity === severity) picked.push(moved(problem, shift));
    };
    for (const problem of kept.between) pick(problem);
    for (const { facts, customId, problems, idPlace } of kept.requests) {
      for (const { problem, once } of problems) {
        if (once && problem.severity === severity && told.has(problem.code)) continue;
        if (once && problem.severity === severity) told.add(problem.code);
        pick(problem);
      }
      // Other lines decide whether an id stands twice, so that is looked up each time.
      const duplicate = severity === "error" ? duplicateOf(this.#document, facts) : null;
      if (duplicate === null) continue;
      const { code, message, related } = duplicate;
      const place = moved(idPlace, shift);
      picked.push({
        ...place,
        code,
        severity,
        message,
        customId,
        fix: duplicate.fix?.kind ?? null,
        ...(related && { related }),
      });
    }
  }

  #unit(unit: Unit): KeptUnit {
    let kept = this.#kept.get(unit);
    if (kept !== undefined) return kept;
    kept = this.#find(unit);
    if (this.#kept.size >= MAX_UNITS_KEPT) this.#kept.clear();
    this.#kept.set(unit, kept);
    return kept;
  }

  #find(unit: Unit): KeptUnit {
    const { requests, between } = judgeUnit(this.#document, unit);
    return {
      line: unit.line,
      between: between.map(({ line, finding }) => problemInLine(finding, line)),
      requests: requests.map(({ facts, record, customId, findings }) => ({
        facts,
        customId,
        problems: findings
          .filter(({ code }) => code !== DUPLICATE)
          .map((finding) => ({ problem: problemOf(finding, record, customId), once: isOnce(finding) })),
        idPlace: problemOf(idFinding, record, customId),
      })),
    };
  }
}

/** Only its place is wanted. */
const idFinding = { code: DUPLICATE, severity: "error", message: "", path: ["custom_id"], at: "value" } as const;

function moved<T extends TextRange>(range: T, shift: number): T {
  return shift === 0 ? { ...range } : { ...range, line: range.line + shift, endLine: range.endLine + shift };
}
