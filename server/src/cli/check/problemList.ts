/** Which problems of a file are listed, of perhaps hundreds of thousands. Pure. */
import type { ProblemHead } from "../../batch/checker.ts";
import type { Problem, Severity } from "../../protocol/problem.ts";

export interface ListedProblem {
  problem: Problem;
  /** How many more there are that differ only in their place. */
  repeats: number;
}

export interface ProblemList {
  /** Whether `add` should be called with this one; if so, it must be. */
  wants(head: ProblemHead): boolean;
  add(problem: Problem): void;
  listed(): ListedProblem[];
  /** How many problems the list stands for, the repeats counted. */
  readonly told: number;
}

/** The first `most` in the order of the file, each by itself: for programs. */
export class FirstProblems implements ProblemList {
  readonly #most: number;
  readonly #problems: Problem[] = [];
  #wanted = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get told(): number {
    return this.#problems.length;
  }

  wants(): boolean {
    if (this.#wanted >= this.#most) return false;
    this.#wanted += 1;
    return true;
  }

  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  listed(): ListedProblem[] {
    return this.#problems.map((problem) => ({ problem, repeats: 0 }));
  }
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Beyond so many kinds of one severity nobody reads on, and memory must stay bounded. */
const MAX_KINDS = 10_000;

/**
 * Problems that say the same are one kind, shown at its first place; the most severe kinds come first. For people: a
 * file with 200,000 Ollama names and one broken line must not bury the broken line.
 */
export class ProblemDigest implements ProblemList {
  readonly #most: number;
  readonly #kinds = new Map<string, { problem: Problem | null; repeats: number }>();
  readonly #kindsOf: Record<Severity, number> = { error: 0, warning: 0, info: 0 };

  constructor(most: number) {
    this.#most = most;
  }

  get told(): number {
    return this.listed().reduce((sum, { repeats }) => sum + 1 + repeats, 0);
  }

  wants(head: ProblemHead): boolean {
    const known = this.#kinds.get(keyOf(head));
    if (known !== undefined) {
      known.repeats += 1;
      return false;
    }
    if (this.#kindsOf[head.severity] >= MAX_KINDS) return false;
    this.#kindsOf[head.severity] += 1;
    this.#kinds.set(keyOf(head), { problem: null, repeats: 0 });
    return true;
  }

  add(problem: Problem): void {
    const repeats = this.#kinds.get(keyOf(problem))?.repeats ?? 0;
    this.#kinds.set(keyOf(problem), { problem, repeats });
  }

  listed(): ListedProblem[] {
    const listed: ListedProblem[] = [];
    for (const { problem, repeats } of this.#kinds.values()) if (problem !== null) listed.push({ problem, repeats });
    // The sort is stable: within a severity the order of the file stays.
    listed.sort((a, b) => rank[a.problem.severity] - rank[b.problem.severity]);
    return listed.slice(0, this.#most);
  }
}

function keyOf({ code, message }: ProblemHead): string {
  return `${code}\0${message}`;
}
