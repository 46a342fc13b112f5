import { isObject, type JsonObject } from "../../util/unknown.ts";

/** What is wrong with a timeline file, and where: shown to the user as it is. */
export class TimelineError extends Error {
  override name = "TimelineError";
}

/** Reads the fields of one JSON object and refuses those that nobody asked for. */
export class FieldReader {
  readonly path: string;
  readonly #object: JsonObject;
  readonly #known = new Set<string>();

  constructor(value: unknown, path: string) {
    if (!isObject(value)) throw new TimelineError(`${path} must be an object, but is ${shown(value)}.`);
    this.#object = value;
    this.path = path;
  }

  has(key: string): boolean {
    this.#known.add(key);
    return Object.hasOwn(this.#object, key);
  }

  number(key: string, fallback: number, range: { min?: number; max?: number; whole?: boolean } = {}): number {
    if (!this.has(key)) return fallback;
    const { min = 0, max = Infinity, whole = false } = range;
    const value = this.#object[key];
    if (typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? "a whole number" : "a number";
    const limits = max === Infinity ? `from ${min} up` : `from ${min} to ${max}`;
    throw new TimelineError(`${this.path}.${key} must be ${kind} ${limits}, but is ${shown(value)}.`);
  }

  text(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#object[key];
    if (typeof value === "string") return value;
    throw new TimelineError(`${this.path}.${key} must be a text, but is ${shown(value)}.`);
  }

  boolean(key: string): boolean {
    if (!this.has(key)) return false;
    const value = this.#object[key];
    if (typeof value === "boolean") return value;
    throw new TimelineError(`${this.path}.${key} must be true or false, but is ${shown(value)}.`);
  }

  list(key: string): readonly unknown[] {
    if (!this.has(key)) return [];
    const value = this.#object[key];
    if (Array.isArray(value)) return value.map((item: unknown) => item);
    throw new TimelineError(`${this.path}.${key} must be a list, but is ${shown(value)}.`);
  }

  object(key: string): FieldReader | undefined {
    return this.has(key) ? new FieldReader(this.#object[key], `${this.path}.${key}`) : undefined;
  }

  /** Throws for a key that was never asked for: a typo would otherwise make a fault that never happens. */
  end(): void {
    for (const key of Object.keys(this.#object)) {
      if (this.#known.has(key)) continue;
      const known = [...this.#known].join(", ");
      throw new TimelineError(`${this.path} has the unknown key "${key}". Known keys here: ${known}.`);
    }
  }
}

/** A value as it stands in the file, shortened. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
