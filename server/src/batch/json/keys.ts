import { endOfString } from "./cursor.ts";

const COLON = 0x3a;
const QUOTE = 0x22;

/**
 * How many keys stand in the text of valid JSON. JSON.parse keeps one of several equal keys without a word; comparing
 * this with the keys of its result tells that it did, at a fraction of the cost of a parser of our own.
 */
export function countKeysOfText(text: string): number {
  let keys = 0;
  let open = text.indexOf('"');
  while (open !== -1) {
    let position = endOfString(text, open);
    if (position === -1) return keys;
    let unit = text.charCodeAt(position);
    // White space may stand between a key and its colon.
    while (unit <= 0x20) unit = text.charCodeAt((position += 1));
    position += 1;
    if (unit === COLON) keys += 1;
    // Most strings follow right after a colon or a comma: no search is needed to find them.
    open = text.charCodeAt(position) === QUOTE ? position : text.indexOf('"', position);
  }
  return keys;
}

/** How many keys a parsed value has, at all depths; -1 when it is nested more than `maxDepth` deep. */
export function countKeysOfValue(value: object, maxDepth: number): number {
  if (maxDepth === 0) return -1;
  let keys = 0;
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    for (const element of elements) {
      if (typeof element !== "object" || element === null) continue;
      const inner = countKeysOfValue(element, maxDepth - 1);
      if (inner === -1) return -1;
      keys += inner;
    }
    return keys;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const key in members) {
    keys += 1;
    const member = members[key];
    if (typeof member !== "object" || member === null) continue;
    const inner = countKeysOfValue(member, maxDepth - 1);
    if (inner === -1) return -1;
    keys += inner;
  }
  return keys;
}
