import type { Memento } from "vscode";

/** A memory of the extension that lives as long as the test. */
export function memento(kept: Record<string, unknown> = {}): Memento {
  const values = new Map(Object.entries(kept));
  return {
    keys: () => [...values.keys()],
    get: (key: string, fallback?: unknown) => values.get(key) ?? fallback,
    update: (key, value: unknown) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}
