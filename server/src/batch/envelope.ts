/**
 * Takes a request line apart without parsing its body: a run sends the body's bytes as they stand in the file, so
 * numbers beyond 2^53, the order of keys and every escape reach the engine unchanged.
 */

/** A request line taken apart without touching its body. */
export interface Envelope {
  customId: string;
  url: string;
  /** The bytes of the body as they stand in the line; a view, valid as long as the line's own bytes. */
  body: Buffer;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Takes apart a line that is valid JSON, as the check found it. Returns null when it is no object with the strings
 * `custom_id` and `url` and an object as `body`. Of a line that is not JSON it may return nonsense or null, but it
 * never throws and never reads beyond it. As with JSON.parse, the last of several equal keys wins.
 */
export function splitEnvelope(line: Buffer): Envelope | null {
  let position = skipSpace(line, 0);
  if (line[position] !== OPEN_BRACE) return null;
  const parts: Parts = { customId: undefined, url: undefined, body: undefined };
  do {
    const keyStart = skipSpace(line, position + 1);
    const keyEnd = line[keyStart] === QUOTE ? endOfString(line, keyStart) : -1;
    if (keyEnd === -1) return null;
    const colon = skipSpace(line, keyEnd);
    if (line[colon] !== COLON) return null;
    const start = skipSpace(line, colon + 1);
    const end = endOfValue(line, start);
    if (end === -1) return null;
    keep(parts, stringAt(line, keyStart, keyEnd), line, start, end);
    position = skipSpace(line, end);
  } while (line[position] === COMMA);
  if (line[position] !== CLOSE_BRACE || skipSpace(line, position + 1) !== line.length) return null;
  const { customId, url, body } = parts;
  if (customId === undefined || url === undefined || body === undefined) return null;
  return { customId, url, body };
}

type Parts = { [K in keyof Envelope]: Envelope[K] | undefined };

/** A value of the wrong type unsets its part: with equal keys the last one counts, good or not. */
function keep(parts: Parts, key: string | undefined, line: Buffer, start: number, end: number): void {
  if (key === "custom_id") parts.customId = stringAt(line, start, end);
  else if (key === "url") parts.url = stringAt(line, start, end);
  else if (key === "body") parts.body = line[start] === OPEN_BRACE ? line.subarray(start, end) : undefined;
}

function stringAt(line: Buffer, start: number, end: number): string | undefined {
  if (line[start] !== QUOTE) return undefined;
  const text = line.toString("utf8", start + 1, end - 1);
  if (!text.includes("\\")) return text;
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    // A bad escape: the line is not JSON, which is the caller's mistake, and null is the answer to it.
    return undefined;
  }
}

function skipSpace(line: Buffer, from: number): number {
  let position = from;
  for (;;) {
    const byte = line[position];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) return position;
    position += 1;
  }
}

/** The offset after the closing quote of the string that opens at `open`; -1 when it never ends. */
function endOfString(line: Buffer, open: number): number {
  let quote = open;
  for (;;) {
    // Prompts are long and quotes are rare: a native search beats a loop over the bytes.
    quote = line.indexOf(QUOTE, quote + 1);
    if (quote === -1) return -1;
    let before = quote - 1;
    while (line[before] === BACKSLASH) before -= 1;
    // An even number of backslashes before it escapes only themselves.
    if ((quote - before) % 2 === 1) return quote + 1;
  }
}

/** The offset after the value that begins at `start`; -1 when it does not end. */
function endOfValue(line: Buffer, start: number): number {
  const first = line[start];
  if (first === QUOTE) return endOfString(line, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfContainer(line, start);
  let position = start;
  while (isScalarByte(line[position])) position += 1;
  return position === start ? -1 : position;
}

function endOfContainer(line: Buffer, start: number): number {
  let depth = 0;
  let position = start;
  while (position < line.length) {
    const byte = line[position];
    if (byte === QUOTE) {
      position = endOfString(line, position);
      if (position === -1) return -1;
      continue;
    }
    position += 1;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return position;
    }
  }
  return -1;
}

/** The bytes of numbers, true, false and null. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const isLetterOrDigit = (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
  return isLetterOrDigit || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}
