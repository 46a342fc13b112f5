import type { Finding, JsonPath } from "../finding.ts";
import { ContainerCursor, endOfValue, skipSpace } from "./cursor.ts";

/** A place in the text of a record, in UTF-16 units; the end is exclusive. */
export interface Place {
  start: number;
  end: number;
}

/** Where a child stands: its value, and its key unless it is an element of an array. */
export interface ChildPlace extends Place {
  keyStart: number;
  keyEnd: number;
}

/**
 * The place that a finding means, in the text of valid JSON. Where the path leads nowhere, that of the nearest parent
 * that is there: the key that names it, or the bracket that opens the whole.
 */
export function placeOf(text: string, { path, at }: Pick<Finding, "path" | "at">): Place {
  const root = skipSpace(text, 0);
  let found: ChildPlace | null = null;
  let open = root;
  for (const step of path) {
    const child = findChild(text, open, step);
    if (child === null) return found === null ? { start: root, end: root + 1 } : named(found);
    found = child;
    open = child.start;
  }
  if (found === null) return { start: root, end: root + 1 };
  return at === "key" ? named(found) : { start: found.start, end: found.end };
}

function named(child: ChildPlace): Place {
  return child.keyStart === -1 ? { start: child.start, end: child.end } : { start: child.keyStart, end: child.keyEnd };
}

/** The value at a path of valid JSON, or null. */
export function findValue(text: string, path: JsonPath): ChildPlace | null {
  const start = skipSpace(text, 0);
  let found: ChildPlace = { start, end: endOfValue(text, start), keyStart: -1, keyEnd: -1 };
  for (const step of path) {
    const child = findChild(text, found.start, step);
    if (child === null) return null;
    found = child;
  }
  return found;
}

/** Of several equal keys the last one, which is the one that JSON.parse keeps. */
function findChild(text: string, open: number, step: string | number): ChildPlace | null {
  const first = text[open];
  if (typeof step === "string" ? first !== "{" : first !== "[") return null;
  const cursor = new ContainerCursor(text, open);
  let found: ChildPlace | null = null;
  while (cursor.next()) {
    if (typeof step === "number" ? cursor.index !== step : cursor.key() !== step) continue;
    found = { start: cursor.start, end: cursor.end, keyStart: cursor.keyStart, keyEnd: cursor.keyEnd };
    if (typeof step === "number") break;
  }
  return found;
}
