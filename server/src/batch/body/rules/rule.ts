import type { Scope } from "../scope.ts";

/**
 * Looks at a field together with others, or at what only the engine can tell. Called for each body that has the field
 * with another value than null, well-formed or not.
 */
export type FieldRule = (value: unknown, scope: Scope) => void;

/** The place of a field of the body. */
export function fieldPath(key: string): readonly [string, string] {
  return ["body", key];
}

/** Whether a field is there, and not null: for most fields null means that it is not. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
