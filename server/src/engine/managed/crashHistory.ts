import type { Crash, LadderInput } from "../recover/ladderTypes.ts";

/**
 * What the work says about crashes: how many answers this life has saved, whether only suspects are in flight, and that
 * a request was found out. Kept apart from the supervisor, which does.
 */
export class CrashHistory {
  readonly crashes: Crash[] = [];
  answersInThisLife = 0;
  #isolating = false;
  /** From here on crashes may turn out to be the doing of one request. */
  #suspectFrom = 0;

  /** A new life begins. */
  born(): void {
    this.answersInThisLife = 0;
  }

  died(crash: Omit<Crash, "answersSaved">): void {
    this.crashes.push({
      ...crash,
      answersSaved: this.answersInThisLife,
      ...(this.#isolating && crash.wasReady ? { explained: true } : {}),
    });
    if (this.answersInThisLife > 0) this.#suspectFrom = this.crashes.length - 1;
  }

  /** While only suspects are in flight a crash speaks against them, and not against the engine. */
  isolating(on: boolean): void {
    this.#isolating = on;
  }

  /** A request was found out: the crashes since the engine last got on were its doing. */
  explained(): void {
    for (const crash of this.crashes.slice(this.#suspectFrom)) if (crash.wasReady) crash.explained = true;
  }

  input(rungs: LadderInput["rungs"], facts: LadderInput["facts"]): LadderInput {
    return { crashes: this.crashes, rungs, facts };
  }
}
