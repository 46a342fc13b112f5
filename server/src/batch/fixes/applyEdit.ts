import type { Edit, JsonPath } from "../finding.ts";
import { applyEdits } from "../json/applyEdits.ts";
import { ContainerCursor, skipSpace, stringAt } from "../json/cursor.ts";
import { findValue } from "../json/locate.ts";
import { removalOf } from "../json/removal.ts";

/**
 * Makes one change in the text of valid JSON, and touches nothing else: numbers, escapes and spaces around it stay as
 * written. null when the change does not fit: the path leads nowhere, or the new key is taken.
 */
export function applyEdit(text: string, edit: Edit): string | null {
  switch (edit.op) {
    case "replace":
      return replace(text, edit.path, JSON.stringify(edit.value));
    case "remove":
      return remove(text, edit.path);
    case "rename":
      return rename(text, edit.path, edit.key);
    case "insert":
      return insert(text, edit);
    case "lift":
      return lift(text, edit.path);
    case "unquote":
      return unquote(text, edit.path);
  }
}

/** All of them, one after the other; null when one does not fit. */
export function applyAll(text: string, edits: readonly Edit[]): string | null {
  return edits.reduce<string | null>((result, edit) => (result === null ? null : applyEdit(result, edit)), text);
}

function replace(text: string, path: JsonPath, value: string): string | null {
  const place = findValue(text, path);
  return place && applyEdits(text, [{ start: place.start, end: place.end, text: value }]);
}

function remove(text: string, path: JsonPath): string | null {
  const child = findValue(text, path);
  const parent = findValue(text, path.slice(0, -1));
  if (child === null || parent === null || path.length === 0) return null;
  const edit = removalOf(text, parent.start, ({ start }) => start === child.start);
  return edit && applyEdits(text, [edit]);
}

function rename(text: string, path: JsonPath, key: string): string | null {
  const child = findValue(text, path);
  const parent = findValue(text, path.slice(0, -1));
  if (child === null || parent === null || child.keyStart === -1 || keysOf(text, parent.start).has(key)) return null;
  return applyEdits(text, [{ start: child.keyStart, end: child.keyEnd, text: JSON.stringify(key) }]);
}

function insert(text: string, { path, key, value, after }: Edit & { op: "insert" }): string | null {
  const object = findValue(text, path);
  if (object === null || text[object.start] !== "{" || keysOf(text, object.start).has(key)) return null;
  const cursor = new ContainerCursor(text, object.start);
  let place: { end: number; space: string; colon: string } | null = null;
  let previousEnd = -1;
  while (cursor.next()) {
    const space = previousEnd === -1 ? "" : text.slice(previousEnd, cursor.keyStart).replace(",", "");
    const colon = text.slice(cursor.keyEnd, cursor.start);
    // Spaces as the file has them elsewhere.
    place = { end: cursor.end, space: previousEnd === -1 && colon.endsWith(" ") ? " " : space, colon };
    previousEnd = cursor.end;
    if (after !== undefined && cursor.key() === after) break;
  }
  const member = `${JSON.stringify(key)}${place?.colon ?? ": "}${JSON.stringify(value)}`;
  return place === null
    ? applyEdits(text, [{ start: object.start + 1, end: object.start + 1, text: member }])
    : applyEdits(text, [{ start: place.end, end: place.end, text: `,${place.space}${member}` }]);
}

function lift(text: string, path: JsonPath): string | null {
  const child = findValue(text, path);
  const parent = findValue(text, path.slice(0, -1));
  if (child === null || parent === null || child.keyStart === -1 || text[child.start] !== "{") return null;
  const inner = keysOf(text, child.start);
  if (inner.size === 0) return remove(text, path);
  const outer = keysOf(text, parent.start);
  outer.delete(stringAt(text, child.keyStart, child.keyEnd) ?? "");
  if ([...inner].some((key) => outer.has(key))) return null;
  const members = text.slice(child.start + 1, child.end - 1).trim();
  return applyEdits(text, [{ start: child.keyStart, end: child.end, text: members }]);
}

function unquote(text: string, path: JsonPath): string | null {
  const place = findValue(text, path);
  const inner = place && stringAt(text, place.start, place.end);
  if (place === null || inner === null || inner === undefined) return null;
  // Between the tokens of valid JSON a line end is only white space.
  return applyEdits(text, [{ start: place.start, end: place.end, text: inner.trim().replace(/[\r\n]+/g, " ") }]);
}

function keysOf(text: string, open: number): Set<string> {
  const keys = new Set<string>();
  const cursor = new ContainerCursor(text, skipSpace(text, open));
  while (cursor.next()) {
    const key = cursor.key();
    if (key !== undefined) keys.add(key);
  }
  return keys;
}
