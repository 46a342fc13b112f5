/**
 * Finding one's way in the text of valid JSON without building anything: a run, a range or an edit needs a few offsets,
 * not the values. On text that is not JSON these may answer nonsense, but they end and stay within the text.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** The first offset from `from` on that is not JSON's white space. */
export function skipSpace(text: string, from: number): number {
  let position = from;
  for (;;) {
    const unit = text.charCodeAt(position);
    if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0d && unit !== 0x0a) return position;
    position += 1;
  }
}

/** Nothing but white space in the sense of JSON: other invisible characters are a problem to tell. */
export function isBlank(text: string): boolean {
  return skipSpace(text, 0) >= text.length;
}

/** The offset after the closing quote of the string that opens at `open`; -1 when it never ends. */
export function endOfString(text: string, open: number): number {
  let quote = open;
  for (;;) {
    // Prompts are long and quotes are rare: a native search beats a loop over the text.
    quote = text.indexOf('"', quote + 1);
    if (quote === -1) return -1;
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    // An even number of backslashes before it escape only themselves.
    if ((quote - before) % 2 === 1) return quote + 1;
  }
}

/** The offset after the value that begins at `start`; -1 when there is none or it does not end. */
export function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfContainer(text, start);
  let position = start;
  while (isScalarUnit(text.charCodeAt(position))) position += 1;
  return position === start ? -1 : position;
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < text.length) {
    const unit = text.charCodeAt(position);
    if (unit === QUOTE) {
      position = endOfString(text, position);
      if (position === -1) return -1;
      continue;
    }
    position += 1;
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth += 1;
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return position;
    }
  }
  return -1;
}

/** The characters of numbers, true, false and null. */
function isScalarUnit(unit: number): boolean {
  const isLetterOrDigit = (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a);
  return isLetterOrDigit || unit === 0x2b || unit === 0x2d || unit === 0x2e;
}

/** The value of the string literal from `start` to `end`; undefined when there is another value, or a bad escape. */
export function stringAt(text: string, start: number, end: number): string | undefined {
  if (text.charCodeAt(start) !== QUOTE) return undefined;
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes("\\")) return inner;
  try {
    const value: unknown = JSON.parse(`"${inner}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    // A bad escape: the text is not JSON, which is not for this function to say.
    return undefined;
  }
}

/**
 * Walks over the members of the object, or the elements of the array, that opens at `open`. After `next()` returned
 * true the offsets are those of the child; after false, `closed` tells the end of the container from broken text, and
 * `position` is the offset after its bracket.
 */
export class ContainerCursor {
  readonly isObject: boolean;
  readonly open: number;
  index = -1;
  /** Of the key's literal, quotes included; -1 in an array. */
  keyStart = -1;
  keyEnd = -1;
  start = -1;
  end = -1;
  position: number;
  closed = false;
  readonly #text: string;

  constructor(text: string, open: number) {
    this.#text = text;
    this.open = open;
    this.isObject = text.charCodeAt(open) === OPEN_BRACE;
    this.position = open + 1;
  }

  next(): boolean {
    const at = skipSpace(this.#text, this.position);
    const unit = this.#text.charCodeAt(at);
    if (unit === (this.isObject ? CLOSE_BRACE : CLOSE_BRACKET)) return this.#close(at + 1);
    if (this.index === -1) return this.#read(at);
    return unit === COMMA && this.#read(skipSpace(this.#text, at + 1));
  }

  #close(position: number): false {
    this.position = position;
    this.closed = true;
    return false;
  }

  #read(at: number): boolean {
    let start = at;
    if (this.isObject) {
      this.keyStart = at;
      this.keyEnd = this.#text.charCodeAt(at) === QUOTE ? endOfString(this.#text, at) : -1;
      if (this.keyEnd === -1) return false;
      const colon = skipSpace(this.#text, this.keyEnd);
      if (this.#text.charCodeAt(colon) !== COLON) return false;
      start = skipSpace(this.#text, colon + 1);
    }
    this.start = start;
    this.end = endOfValue(this.#text, start);
    if (this.end === -1) return false;
    this.position = this.end;
    this.index += 1;
    return true;
  }

  /** The child's key; undefined in an array. */
  key(): string | undefined {
    return this.isObject ? stringAt(this.#text, this.keyStart, this.keyEnd) : undefined;
  }
}
