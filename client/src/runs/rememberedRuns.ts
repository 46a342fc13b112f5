import type { Memento } from "vscode";
import { isObject } from "../../../server/src/util/unknown.ts";

/** More files than these were not run lately. */
const MAX_FILES = 200;

/** A run folder for each of some batch files (addresses), kept for the workspace. */
export class RememberedRuns {
  readonly #memory: Memento;
  readonly #key: string;

  constructor(memory: Memento, key: string) {
    this.#memory = memory;
    this.#key = key;
  }

  /** The one that was remembered last comes last. */
  get all(): [uri: string, folder: string][] {
    const kept: unknown = this.#memory.get(this.#key);
    if (!isObject(kept)) return [];
    return Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  }

  async remember(uri: string, folder: string): Promise<void> {
    const others = this.all.filter(([one]) => one !== uri);
    await this.#keep([...others, [uri, folder] as const].slice(-MAX_FILES));
  }

  async forget(uri: string): Promise<void> {
    await this.#keep(this.all.filter(([one]) => one !== uri));
  }

  async #keep(entries: readonly (readonly [string, string])[]): Promise<void> {
    await this.#memory.update(this.#key, Object.fromEntries(entries));
  }
}
