import { isObject, property, type JsonObject } from "../../util/unknown.ts";

/** Larger than any size in a model's configuration; beyond it a number is nonsense, not a size. */
const LARGEST_SIZE = 1e9;

/** The first of these keys that holds a count, a whole number from 1; null when none does. */
export function countAt(config: unknown, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = property(config, key);
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value <= LARGEST_SIZE) return value;
  }
  return null;
}

/** A positive number, such as a factor; null when the key holds none. */
export function numberAt(config: unknown, key: string): number | null {
  const value = property(config, key);
  return typeof value === "number" && Number.isFinite(value) && value > 0 && value <= LARGEST_SIZE ? value : null;
}

/** The first of these keys that holds a text which is not empty; null when none does. */
export function textAt(config: unknown, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = property(config, key);
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

export function objectAt(config: unknown, key: string): JsonObject | null {
  const value = property(config, key);
  return isObject(value) ? value : null;
}

export function textsAt(config: unknown, key: string): string[] {
  const value = property(config, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
