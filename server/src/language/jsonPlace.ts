/** Where in a request a cursor stands, also while the request is being typed and is not JSON yet. */
import type { JsonPath } from "../batch/finding.ts";
import { endOfString } from "../batch/json/cursor.ts";

export interface JsonPlace {
  /** The path of the value at the cursor; for a key, that of its object. */
  path: JsonPath;
  /** key: in or before a key. value: in or before a value. none: where neither can stand. */
  role: "key" | "value" | "none";
  /** The key or value at the cursor, quotes included; empty (start = end = cursor) where there is none yet. */
  start: number;
  end: number;
  /** The name of the key at the cursor, or of the one whose value is there. */
  key: string | null;
  /** Keys that the object around it has, but for the one at the cursor. */
  siblings: ReadonlySet<string>;
  /** Whether a colon follows: then a key needs no value to be complete. */
  hasColon: boolean;
}

interface Token {
  kind: "string" | "word" | "{" | "}" | "[" | "]" | ":" | ",";
  start: number;
  end: number;
}

interface Frame {
  kind: "object" | "array";
  /** Of its opening bracket. */
  tokenIndex: number;
  key: string;
  index: number;
  expects: "key" | "colon" | "value" | "comma";
}

/** Nobody types in longer ones. */
const MAX_CHARACTERS = 2_000_000;

/** Never throws, whatever the text. Takes time in proportion to its length; of very long texts nothing is told. */
export function placeAt(text: string, offset: number): JsonPlace {
  const nowhere = { path: [], role: "none", start: offset, end: offset, key: null, hasColon: false } as const;
  if (text.length > MAX_CHARACTERS) return { ...nowhere, siblings: new Set() };
  const tokens = [...tokensOf(text)];
  const stack: Frame[] = [];
  let hasRoot = false;
  let next = 0;
  for (; next < tokens.length; next += 1) {
    const token = tokens[next];
    if (token === undefined || token.end > offset || (token.end === offset && isScalar(token))) break;
    step(stack, token, next, text);
    hasRoot = true;
  }
  const frame = stack.at(-1);
  const role = frame === undefined ? (hasRoot ? "none" : "value") : roleIn(frame);
  const touched = tokens[next];
  const isTouched = touched !== undefined && isScalar(touched) && touched.start <= offset;
  const close = isTouched ? missingClose(text, offset, touched, tokens[next + 1]) : -1;
  if (close !== -1) {
    const place = placeAt(`${text.slice(0, close)}"${text.slice(close)}`, offset);
    return { ...place, end: place.end - 1 };
  }
  const key = role === "key" ? (isTouched ? nameOf(text, touched) : null) : frame?.kind === "object" ? frame.key : null;
  return {
    path: stack.flatMap((one) =>
      one === frame && role !== "value" ? [] : [one.kind === "array" ? one.index : one.key],
    ),
    role,
    start: isTouched ? touched.start : offset,
    end: isTouched ? touched.end : offset,
    key,
    siblings: frame === undefined ? new Set() : keysIn(tokens, frame.tokenIndex, text, isTouched ? next : -1),
    hasColon: tokens[isTouched ? next + 1 : next]?.kind === ":",
  };
}

/**
 * Where the string at the cursor has to end, when its quote was opened and not closed: else it would reach to the next
 * quote, and what is typed take the place of a comma and more. -1 when it ends as it should.
 */
function missingClose(text: string, offset: number, { kind, start, end }: Token, following?: Token): number {
  if (kind !== "string") return -1;
  const isOpen = endOfString(text, start) === -1 || (following !== undefined && isScalar(following));
  const length = isOpen ? text.slice(offset, end).search(/[,:{}[\]]/) : -1;
  return length === -1 ? -1 : offset + length;
}

function isScalar({ kind }: Token): boolean {
  return kind === "string" || kind === "word";
}

function roleIn({ expects }: Frame): JsonPlace["role"] {
  return expects === "key" || expects === "value" ? expects : "none";
}

function step(stack: Frame[], token: Token, tokenIndex: number, text: string): void {
  const frame = stack.at(-1);
  switch (token.kind) {
    case "{":
      stack.push({ kind: "object", tokenIndex, key: "", index: 0, expects: "key" });
      return;
    case "[":
      stack.push({ kind: "array", tokenIndex, key: "", index: 0, expects: "value" });
      return;
    case "}":
    case "]": {
      stack.pop();
      const parent = stack.at(-1);
      if (parent !== undefined) parent.expects = "comma";
      return;
    }
    case ":":
      if (frame?.kind === "object") frame.expects = "value";
      return;
    case ",":
      if (frame === undefined) return;
      frame.index += 1;
      frame.expects = frame.kind === "object" ? "key" : "value";
      return;
    case "string":
    case "word":
      if (frame === undefined) return;
      if (frame.expects === "key") frame.key = nameOf(text, token);
      frame.expects = frame.expects === "key" ? "colon" : "comma";
  }
}

/** The keys of the object that the token at `open` opens. */
function keysIn(tokens: readonly Token[], open: number, text: string, except: number): Set<string> {
  const keys = new Set<string>();
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.kind === "{" || token.kind === "[") depth += 1;
    else if (token.kind === "}" || token.kind === "]") depth -= 1;
    else if (depth === 1 && isScalar(token) && tokens[index + 1]?.kind === ":" && index !== except) {
      keys.add(nameOf(text, token));
    }
    if (depth === 0) break;
  }
  return keys;
}

function nameOf(text: string, { kind, start, end }: Token): string {
  const raw = text.slice(start, end);
  if (kind === "word") return raw;
  try {
    return String(JSON.parse(raw));
  } catch {
    // Still being typed: what is there, without the quote.
    return raw.slice(1);
  }
}

function* tokensOf(text: string): Generator<Token> {
  const pattern = /[{}[\]:,"]|[^\s{}[\]:,"]+/g;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [found] = match;
    const start = match.index;
    if (found === '"') {
      const close = endOfString(text, start);
      const end = close === -1 ? text.length : close;
      pattern.lastIndex = end;
      yield { kind: "string", start, end };
    } else {
      yield { kind: isPunctuation(found) ? found : "word", start, end: start + found.length };
    }
  }
}

function isPunctuation(text: string): text is Exclude<Token["kind"], "string" | "word"> {
  return text.length === 1 && "{}[]:,".includes(text);
}
