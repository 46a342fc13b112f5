import type { Memento } from "vscode";
import { isObject } from "../../../server/src/util/unknown.ts";

const CONSENTS = "vllmBatch.keyConsents";

/**
 * Environment variables that the person lets runs send to servers, each to the one that they said. Kept for the
 * workspace, not for all: VS Code holds that outside of the folder, so a folder that was cloned or unpacked brings none
 * with it, and what was allowed in one folder is asked again in another.
 */
export class KeyConsents {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  has(variable: string, origin: string): boolean {
    return this.#all.some((one) => one.variable === variable && one.origin === origin);
  }

  async add(variable: string, origin: string): Promise<void> {
    await this.#memory.update(CONSENTS, [...this.#all, { variable, origin }]);
  }

  get #all(): { variable: unknown; origin: unknown }[] {
    const kept: unknown = this.#memory.get(CONSENTS);
    if (!Array.isArray(kept)) return [];
    return kept.filter(isObject).map(({ variable, origin }) => ({ variable, origin }));
  }
}
