import type { Unit } from "./unit.ts";

/** Of more than these the first thousand are soon found by looking at all. */
const MAX_UNITS = 2_000;

/**
 * Units that have something in common, as long as they are few: a handful of errors in a hundred thousand lines is then
 * found without looking at every line after every edit.
 */
export class RareUnits {
  /** null since there were too many: what is to be found by looking is not counted back. */
  #units: Set<Unit> | null = new Set();

  add(unit: Unit): void {
    this.#units?.add(unit);
    if (this.#units !== null && this.#units.size > MAX_UNITS) this.#units = null;
  }

  delete(unit: Unit): void {
    this.#units?.delete(unit);
  }

  /** In the order of the file; null when they are, or were, many. */
  inOrder(): Unit[] | null {
    return this.#units === null ? null : [...this.#units].sort((a, b) => a.line - b.line);
  }
}
