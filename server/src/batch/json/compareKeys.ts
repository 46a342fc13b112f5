/**
 * JSON.parse keeps one of several equal keys without a word. Walking over the text along with the parsed value shows
 * whether it did, at a fraction of the cost of a parser of our own: the value tells how long each text is at least, so
 * that the long ones are jumped over. Bytes, because V8 reads them several times faster than characters.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const DIFFERENT = -1;
const DEEP = -2;

/**
 * Whether the objects of `text`, which is valid JSON in UTF-8, have just the keys of `value`, which was parsed from it.
 * "different" may also mean keys with escapes or beyond ASCII, or ones that look like numbers, which JavaScript puts in
 * another order. "deep" is a value that is nested more than `maxDepth` levels.
 */
export function compareKeys(text: Buffer, value: object, maxDepth: number): "same" | "different" | "deep" {
  const end = endOfContainer(text, skipSpace(text, 0), value, maxDepth);
  if (end === DEEP) return "deep";
  return end === DIFFERENT ? "different" : "same";
}

/** These return the offset after what they walked over, or DIFFERENT, or DEEP. */
function endOfContainer(text: Buffer, open: number, value: object, depth: number): number {
  if (depth === 0) return DEEP;
  return Array.isArray(value)
    ? endOfArray(text, open, value, depth)
    : endOfObject(text, open, value as Readonly<Record<string, unknown>>, depth);
}

function endOfObject(text: Buffer, open: number, value: Readonly<Record<string, unknown>>, depth: number): number {
  if (text[open] !== OPEN_BRACE) return DIFFERENT;
  let position = open + 1;
  let isFirst = true;
  for (const key in value) {
    position = skipComma(text, position, isFirst);
    isFirst = false;
    // The key's own characters need no look: an object that lost a key has a comma where its bracket should be.
    const quote = position + 1 + key.length;
    if (text[position] !== QUOTE || text[quote] !== QUOTE || text[quote - 1] === BACKSLASH) return DIFFERENT;
    const colon = skipSpace(text, quote + 1);
    if (text[colon] !== COLON) return DIFFERENT;
    position = endOfValue(text, skipSpace(text, colon + 1), value[key], depth);
    if (position < 0) return position;
  }
  const close = skipSpace(text, position);
  return text[close] === CLOSE_BRACE ? close + 1 : DIFFERENT;
}

function endOfArray(text: Buffer, open: number, value: readonly unknown[], depth: number): number {
  if (text[open] !== OPEN_BRACKET) return DIFFERENT;
  let position = open + 1;
  for (let index = 0; index < value.length; index += 1) {
    position = endOfValue(text, skipComma(text, position, index === 0), value[index], depth);
    if (position < 0) return position;
  }
  const close = skipSpace(text, position);
  return text[close] === CLOSE_BRACKET ? close + 1 : DIFFERENT;
}

function endOfValue(text: Buffer, start: number, value: unknown, depth: number): number {
  if (typeof value === "string") return text[start] === QUOTE ? endOfString(text, start, value) : DIFFERENT;
  if (typeof value === "object" && value !== null) return endOfContainer(text, start, value, depth - 1);
  let position = start;
  for (;;) {
    const byte = text[position] ?? 0;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return position;
    position += 1;
  }
}

/** UTF-8 and escapes only ever make a text longer, so the closing quote is not nearer than the value is long. */
function endOfString(text: Buffer, open: number, value: string): number {
  let quote = open + 1 + value.length;
  // Nearly always it is just there.
  if (text[quote] === QUOTE && text[quote - 1] !== BACKSLASH) return quote + 1;
  for (;;) {
    quote = nextQuote(text, quote);
    if (quote === -1) return DIFFERENT;
    let before = quote - 1;
    while (text[before] === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
    quote += 1;
  }
}

/** A call of indexOf costs as much as reading a hundred bytes, and most often there are fewer. */
function nextQuote(text: Buffer, from: number): number {
  const near = Math.min(text.length, from + 100);
  for (let position = from; position < near; position += 1) if (text[position] === QUOTE) return position;
  return text.indexOf(QUOTE, near);
}

function skipComma(text: Buffer, from: number, isFirst: boolean): number {
  const position = skipSpace(text, from);
  return isFirst ? position : skipSpace(text, position + 1);
}

function skipSpace(text: Buffer, from: number): number {
  let position = from;
  for (;;) {
    const byte = text[position] ?? 0xff;
    if (byte > 0x20) return position;
    position += 1;
  }
}
