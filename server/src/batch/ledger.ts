import type { ProblemCounts } from "../protocol/problem.ts";
import { IdTable } from "../util/idTable.ts";
import { Tally } from "../util/tally.ts";
import { isObject, property } from "../util/unknown.ts";
import type { Target } from "./endpoints.ts";
import { isTextFinding, type AnyFinding, type Finding } from "./finding.ts";
import { duplicateCustomId } from "./rules/customId.ts";
import { judgeFile, type FileFacts, type FileFinding } from "./rules/file.ts";

/** What is known of a file beyond the line at hand: the ids so far, and counts. */
export class FileLedger {
  readonly counts: ProblemCounts = { error: 0, warning: 0, info: 0 };
  /** Problems that have a safe fix. */
  safelyFixable = 0;
  readonly #toldOnce = new Set<string>();
  readonly #target: Target;
  readonly #ids: IdTable;
  readonly #models = new Tally();
  readonly #urls = new Tally();
  readonly #codes = new Tally();

  /** @param idSeed 32 random bits, for the table of ids */
  constructor(target: Target, idSeed: number) {
    this.#target = target;
    this.#ids = new IdTable(idSeed);
  }

  get byCode(): Record<string, number> {
    return this.#codes.toRecord();
  }

  /** Takes note of a request. Returns what it could not know of itself: that its id stands elsewhere. */
  look(request: unknown, line: number): Finding | null {
    if (!isObject(request)) return null;
    const { custom_id: id, url } = request;
    if (typeof url === "string") this.#urls.add(url);
    const model = property(request["body"], "model");
    if (typeof model === "string") this.#models.add(model);
    return typeof id === "string" && id !== "" ? this.takeId(id, line) : null;
  }

  /** Keeps an id for a line. Returns what is wrong when another line has it. */
  takeId(id: string, line: number): Finding | null {
    const first = this.#ids.add(id, line);
    return first === undefined ? null : duplicateCustomId(id, { firstLine: first, freeId: this.#freeId(id, line) });
  }

  #freeId(id: string, line: number): string {
    let candidate = `${id}-${line}`;
    for (let more = 2; this.#ids.get(candidate) !== undefined; more += 1) candidate = `${id}-${line}-${more}`;
    return candidate;
  }

  /** Leaves out what is told once per file, and was. */
  withoutRepeats(findings: readonly AnyFinding[]): AnyFinding[] {
    return findings.filter((finding) => {
      if (isTextFinding(finding) || finding.oncePerFile !== true) return true;
      if (this.#toldOnce.has(finding.code)) return false;
      this.#toldOnce.add(finding.code);
      return true;
    });
  }

  count({ code, severity, fix }: AnyFinding | FileFinding): void {
    this.#codes.add(code);
    this.counts[severity] += 1;
    if (fix === "safe" || (typeof fix === "object" && fix?.kind === "safe")) this.safelyFixable += 1;
  }

  /** After the last line. The findings are not counted yet. */
  judgeFile(facts: Pick<FileFacts, "sizeBytes" | "requests" | "isArray">): {
    findings: FileFinding[];
    urls: Record<string, number>;
    models: Record<string, number>;
  } {
    const [urls, models] = [this.#urls.toRecord(), this.#models.toRecord()];
    return { findings: judgeFile({ ...facts, target: this.#target, urls, models }), urls, models };
  }
}
