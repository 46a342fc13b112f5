import type { ProblemHead } from "../batch/checker.ts";
import type { Problem, Severity } from "../protocol/problem.ts";

/** Of all the problems of a file the most severe, and of those the first, as ShownProblems picks them of a document. */
export class WorstProblems {
  readonly #limit: number;
  readonly #found: Record<Severity, Problem[]> = { error: [], warning: [], info: [] };
  readonly #ofFile: Problem[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a problem like this may be among them. */
  wants({ severity }: ProblemHead): boolean {
    return this.#found[severity].length < this.#limit;
  }

  add(problem: Problem): void {
    if (problem.code.startsWith("file.")) {
      this.#ofFile.push(problem);
    } else if (this.wants(problem)) {
      this.#found[problem.severity].push(problem);
    }
  }

  /** In the order of the file; what is about the whole file comes first, and is not counted against the limit. */
  listed(): Problem[] {
    const { error, warning, info } = this.#found;
    const worst = [...error, ...warning, ...info].slice(0, this.#limit);
    return [...this.#ofFile, ...worst.sort((a, b) => a.line - b.line || a.column - b.column)];
  }
}
