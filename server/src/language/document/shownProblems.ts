import { problemInLine, problemOf, problemOfFile } from "../../batch/problems.ts";
import type { Problem, Severity, TextRange } from "../../protocol/problem.ts";
import type { BatchDocument } from "./batchDocument.ts";
import { duplicateOf, judgeUnit } from "./judgedRequests.ts";
import { DUPLICATE } from "./documentLedger.ts";
import { isOnce, mayHave, type RequestFacts, type Unit } from "./unit.ts";

/** Units kept for each problem that is shown: what was shown a moment ago may be shown again. */
const UNITS_KEPT_PER_PROBLEM = 4;

const severities: readonly Severity[] = ["error", "warning", "info"];

interface KeptProblem {
  problem: Problem;
  once: boolean;
}

/** The problems of a unit that begins at `line`. Each stays the same object for as long as it stays where it is. */
interface KeptUnit {
  line: number;
  requests: { facts: RequestFacts; customId: string | null; problems: KeptProblem[]; idPlace: TextRange }[];
  between: Problem[];
}

/** Picks what is shown of a document's problems, and remembers the places of those, which cost time to find. */
export class ShownProblems {
  readonly #document: BatchDocument;
  /** Those that were used last come last. */
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
    const { ledger } = this.#document;
    const { counts } = ledger;
    let all = 0;
    for (const severity of severities) {
      all += counts[severity];
      const enough = Math.min(all, limit);
      if (enough <= picked.length) continue;
      const units = ledger.unitsWith(severity) ?? this.#document.units;
      for (let index = 0; index < units.length && picked.length < enough; index += 1) {
        const unit = units[index] as Unit;
        if (mayHave(unit, severity) && this.#has(unit, severity, told)) this.#pickFrom(unit, severity, told, picked);
      }
    }
    if (picked.length > limit) picked.length = limit;
    this.#forgetAllBut(limit * UNITS_KEPT_PER_PROBLEM);
    return [
      ...this.#document.fileFindings().map(problemOfFile),
      ...picked.sort((a, b) => a.line - b.line || a.column - b.column),
    ];
  }

  /** Whether it has one that is to be told. Places are not looked for yet. */
  #has({ requests, between, duplicates }: Unit, severity: Severity, told: ReadonlySet<string>): boolean {
    if (severity === "error" && duplicates > 0) return true;
    if (between !== null && between.counts[severity] > 0) return true;
    return requests.some(({ verdict: { counts, once } }) => {
      const repeats = once.filter((one) => one.severity === severity && told.has(one.code));
      return counts[severity] > repeats.length;
    });
  }

  #pickFrom(unit: Unit, severity: Severity, told: Set<string>, picked: Problem[]): void {
    const kept = this.#unit(unit);
    for (const problem of kept.between) if (problem.severity === severity) picked.push(problem);
    for (const { facts, customId, problems, idPlace } of kept.requests) {
      for (const { problem, once } of problems) {
        if (problem.severity !== severity || (once && told.has(problem.code))) continue;
        if (once) told.add(problem.code);
        picked.push(problem);
      }
      // Other lines decide whether an id stands twice, so that is looked up each time.
      const duplicate = severity === "error" ? duplicateOf(this.#document, facts) : null;
      if (duplicate === null) continue;
      const { code, message, related } = duplicate;
      picked.push({
        ...idPlace,
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
    const found = this.#kept.get(unit) ?? this.#find(unit);
    const kept = found.line === unit.line ? found : movedTo(unit.line, found);
    this.#kept.delete(unit);
    this.#kept.set(unit, kept);
    return kept;
  }

  #forgetAllBut(count: number): void {
    for (const unit of this.#kept.keys()) {
      if (this.#kept.size <= count) return;
      this.#kept.delete(unit);
    }
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

function movedTo(line: number, { line: before, between, requests }: KeptUnit): KeptUnit {
  const shift = line - before;
  const moved = <T extends TextRange>(range: T): T => ({
    ...range,
    line: range.line + shift,
    endLine: range.endLine + shift,
  });
  return {
    line,
    between: between.map(moved),
    requests: requests.map((request) => ({
      ...request,
      problems: request.problems.map(({ problem, once }) => ({ problem: moved(problem), once })),
      idPlace: moved(request.idPlace),
    })),
  };
}
