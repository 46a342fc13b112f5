/**
 * Takes a request line apart without parsing its body: a run sends the body's bytes as they stand in the file, so
 * numbers beyond 2^53, the order of keys and every escape reach the engine unchanged.
 */
import { constants } from "node:buffer";
import { ContainerCursor, skipSpace, stringAt } from "./json/cursor.ts";

/** A request line taken apart without touching its body. */
export interface Envelope {
  customId: string;
  url: string;
  /** The bytes of the body as they stand in the line; a view, valid as long as the line's own bytes. */
  body: Buffer;
}

/**
 * Takes apart a line that is valid JSON, as the check found it. Returns null when it is no object with the strings
 * `custom_id` and `url` and an object as `body`. Of a line that is not JSON it may return nonsense or null, but it
 * never throws. As with JSON.parse, the last of several equal keys wins.
 */
export function splitEnvelope(line: Buffer): Envelope | null {
  if (line.length > constants.MAX_STRING_LENGTH) return null;
  // One character per byte, whatever the bytes mean: offsets in the text are offsets in the line.
  const text = line.toString("latin1");
  const open = skipSpace(text, 0);
  const cursor = new ContainerCursor(text, open);
  if (!cursor.isObject) return null;
  const parts: Parts = { customId: undefined, url: undefined, body: undefined };
  while (cursor.next()) keep(parts, cursor, text, line);
  if (!cursor.closed || skipSpace(text, cursor.position) !== text.length) return null;
  const { customId, url, body } = parts;
  if (customId === undefined || url === undefined || body === undefined) return null;
  return { customId, url, body };
}

type Parts = { [K in keyof Envelope]: Envelope[K] | undefined };

/** A value of the wrong type unsets its part: with equal keys the last one counts, good or not. */
function keep(parts: Parts, { keyStart, keyEnd, start, end }: ContainerCursor, text: string, line: Buffer): void {
  const key = stringAt(text, keyStart, keyEnd);
  if (key === "custom_id") parts.customId = decoded(line, text, start, end);
  else if (key === "url") parts.url = decoded(line, text, start, end);
  else if (key === "body") parts.body = text.startsWith("{", start) ? line.subarray(start, end) : undefined;
}

function decoded(line: Buffer, text: string, start: number, end: number): string | undefined {
  if (!text.startsWith('"', start)) return undefined;
  const literal = line.toString("utf8", start, end);
  return stringAt(literal, 0, literal.length);
}
