import { isObject, type JsonObject } from "../../util/unknown.ts";

/** Whether an object has one of the two shapes of a structural tag (xgrammar's, the old and the new). */
export function isStructuralTag(value: JsonObject): boolean {
  const { format, structures, triggers } = value;
  if (structures === undefined) return isObject(format) && typeof format["type"] === "string";
  if (!Array.isArray(structures) || !Array.isArray(triggers) || structures.length === 0) return false;
  const starts = triggers.filter((trigger) => typeof trigger === "string");
  if (starts.length < triggers.length) return false;
  return structures.every((structure) => {
    if (!isObject(structure)) return false;
    const { begin, end } = structure;
    return typeof begin === "string" && typeof end === "string" && starts.some((start) => begin.startsWith(start));
  });
}

/** The same, written in JSON. */
export function holdsStructuralTag(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && isStructuralTag(value);
  } catch {
    // Not JSON.
    return false;
  }
}
