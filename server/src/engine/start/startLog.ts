import { type MeasuredCapacity, startPhases, type StartPhase, type StartProgress } from "../../protocol/engine.ts";
import { noCapacity, readCapacity } from "./capacity.ts";
import { readBar } from "./progressBar.ts";
import { messageOf, readStartLine } from "./startLine.ts";

/** A start says a few thousand different things, bars included. */
const MOST_REMEMBERED = 20_000;

const READY = "Application startup complete.";
const banner = /^vLLM (?:API )?server version/;

/** What the log of a start says so far. */
export class StartLog {
  #progress: StartProgress = { phase: "launching", done: null, total: null };
  #capacity: MeasuredCapacity = noCapacity;
  #sawReadyLine = false;
  readonly #said = new Set<string>();

  /** Its phase never goes back, except when the whole engine starts again. */
  get progress(): StartProgress {
    return this.#progress;
  }

  get capacity(): MeasuredCapacity {
    return this.#capacity;
  }

  /** With several API servers, the first of them. */
  get sawReadyLine(): boolean {
    return this.#sawReadyLine;
  }

  /**
   * Takes in one line. True: the start has got further. What is said for the second time is no sign of that, be it that
   * it waits (`No available shared memory broadcast block found`) or a bar of which only the clock moves.
   */
  read(line: string): boolean {
    const message = messageOf(line);
    if (this.#sawReadyLine && banner.test(message)) this.#restart();
    const measured = readCapacity(message);
    if (Object.keys(measured).length > 0) this.#capacity = { ...this.#capacity, ...measured };
    if (message === READY) this.#sawReadyLine = true;
    const bar = readBar(message);
    const progress = readStartLine(line);
    // A bar with a name that we do not know: warming up kernels, for one.
    if (progress === null && bar === null) return false;
    if (progress !== null) this.#advance(progress);
    return this.#isNew(bar?.key ?? message);
  }

  #advance(next: StartProgress): void {
    const now = this.#progress;
    const order = orderOf(next.phase) - orderOf(now.phase);
    if (order > 0) this.#progress = next;
    // Another bar of the same phase begins at 0 again: several sets of graphs are captured one after another.
    else if (order === 0 && next.done !== null) this.#progress = next;
  }

  #isNew(text: string): boolean {
    if (this.#said.has(text)) return false;
    if (this.#said.size >= MOST_REMEMBERED) this.#said.clear();
    this.#said.add(text);
    return true;
  }

  #restart(): void {
    this.#progress = { phase: "launching", done: null, total: null };
    this.#capacity = noCapacity;
    this.#sawReadyLine = false;
    this.#said.clear();
  }
}

function orderOf(phase: StartPhase): number {
  return startPhases.indexOf(phase);
}
