/**
 * Lines as an editor counts them: each ends at \n, \r\n or \r (LSP 3.17, Text Documents). Line ends are not kept. A text
 * that ends with a line end has an empty last line.
 */
export function splitLines(text: string): string[] {
  if (text.includes("\r")) return text.split(/\r\n|\n|\r/);
  const lines: string[] = [];
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
    lines.push(text.slice(start, end));
    start = end + 1;
  }
  lines.push(text.slice(start));
  return lines;
}

/** The line end that a text uses, by its first one. */
export function lineEndOf(text: string): "\n" | "\r\n" {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** A place in a document: both from 0, `character` in UTF-16 units (LSP 3.17). */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** What an editor says has changed. Without a range the text is all new. */
export interface TextChange {
  range?: Range;
  text: string;
}

/** The lines that take the place of those a change touches: from `start.line` to `end.line`, both included. */
export interface LineChange {
  first: number;
  last: number;
  lines: string[];
}

/**
 * What a change does to whole lines. Places beyond a line's or the document's end mean that end, as LSP wants it.
 * `lines` is never empty.
 */
export function lineChange(lines: readonly string[], range: Range, text: string): LineChange {
  const lastLine = lines.length - 1;
  const clamp = ({ line, character }: Position): Position =>
    line > lastLine
      ? { line: lastLine, character: lines[lastLine]?.length ?? 0 }
      : { line, character: Math.min(character, lines[line]?.length ?? 0) };
  const start = clamp(range.start);
  const end = clamp(range.end);
  const head = (lines[start.line] ?? "").slice(0, start.character);
  const tail = (lines[end.line] ?? "").slice(end.character);
  return { first: start.line, last: end.line, lines: splitLines(head + text + tail) };
}

/** Above this many, arguments of one call could overflow the stack. */
const MAX_SPREAD = 10_000;

/** `array.splice` for any number of new elements. Returns the array, which may be a new one. */
export function splice<T>(array: T[], start: number, deleteCount: number, added: readonly T[]): T[] {
  if (added.length === deleteCount) {
    for (let index = 0; index < added.length; index += 1) array[start + index] = added[index] as T;
    return array;
  }
  if (added.length <= MAX_SPREAD) {
    array.splice(start, deleteCount, ...added);
    return array;
  }
  return array.slice(0, start).concat(added, array.slice(start + deleteCount));
}
