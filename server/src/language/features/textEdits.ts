import { randomInt } from "node:crypto";
import type { TextEdit } from "vscode-languageserver";
import { BatchFixer, type FixOptions } from "../../batch/fixes/fixer.ts";
import type { BatchDocument } from "../document/batchDocument.ts";
import type { Position } from "../document/lines.ts";

/** Lines `first` to `last` (from 0, both included) that now are to be `texts`. */
export interface NewLines {
  first: number;
  last: number;
  texts: readonly string[];
}

/** The edit that changes lines and touches no more than what differs between their first and last difference. */
export function smallestEdit({ lines, lineEnd }: Pick<BatchDocument, "lines" | "lineEnd">, change: NewLines): TextEdit {
  const { first, last, texts } = change;
  const old = lines.slice(first, last + 1).join("\n");
  const fresh = texts.join("\n");
  const start = commonStart(old, fresh);
  const tail = commonEnd(old, fresh, start);
  const newText = fresh.slice(start, fresh.length - tail).replaceAll("\n", lineEnd);
  return {
    range: { start: placeIn(old, start, first), end: placeIn(old, old.length - tail, first) },
    newText,
  };
}

/** What to mend; rules and names are those of the document unless given. */
export type FixEditsOptions = Pick<FixOptions, "suggested" | "only"> &
  Partial<Pick<FixOptions, "target" | "userModels" | "ignored">>;

/** All edits that mend a document as `vllm-batch fix` mends a file. Takes time in proportion to the document. */
export function fixEdits(document: BatchDocument, options: FixEditsOptions): TextEdit[] {
  const { lines, settings, lineEnd } = document;
  const edits: TextEdit[] = [];
  const written: Buffer[] = [];
  const isArray = document.ledger.isArray;
  const fixer = new BatchFixer(
    {
      target: settings.target,
      userModels: settings.userModels,
      ignored: settings.ignored,
      ...options,
      onChanged: (line, endLine, texts) => {
        if (!isArray) edits.push(smallestEdit(document, { first: line - 1, last: endLine - 1, texts }));
      },
    },
    randomInt(2 ** 32),
    // An array comes apart into lines that are not where its elements were: then the whole text is new.
    (piece) => {
      if (isArray) written.push(Buffer.from(piece));
    },
  );
  lines.forEach((line, index) => {
    const terminated = index < lines.length - 1;
    // The empty line after the last line end is none in a file.
    if (terminated || line !== "")
      fixer.push({ number: index + 1, byteOffset: 0, bytes: Buffer.from(line), text: line, terminated });
  });
  fixer.finish();
  if (!isArray) return edits;
  const text = Buffer.concat(written).toString();
  const texts = text.split("\n");
  return texts.join("\n") === lines.join("\n")
    ? []
    : [smallestEdit({ lines, lineEnd }, { first: 0, last: lines.length - 1, texts })];
}

function commonStart(a: string, b: string): number {
  const length = longest(Math.min(a.length, b.length), (some) => a.slice(0, some) === b.slice(0, some));
  return isInsidePair(a, length) || isInsidePair(b, length) ? length - 1 : length;
}

function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  const length = longest(most, (some) => a.slice(a.length - some) === b.slice(b.length - some));
  return isInsidePair(a, a.length - length) || isInsidePair(b, b.length - length) ? length - 1 : length;
}

/**
 * The most, up to `most`, for which it still holds: by halves, since to compare two texts as a whole is many times as
 * quick as to compare them unit by unit.
 */
function longest(most: number, holds: (length: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** An edit must not cut a character that takes two UTF-16 units. */
function isInsidePair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

function placeIn(text: string, offset: number, firstLine: number): Position {
  let line = firstLine;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    start = end + 1;
    line += 1;
  }
  return { line, character: offset - start };
}
