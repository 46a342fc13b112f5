import { bodyKindOf, type BodyKind } from "../batch/endpoints.ts";
import type { Position, Range } from "./document/lines.ts";
import { placeAt, type JsonPlace } from "./jsonPlace.ts";
import type { OpenFile } from "./openFile.ts";

/** Where in which request a cursor stands. */
export interface RequestPlace extends JsonPlace {
  /** The lines of the request, joined by \n. */
  text: string;
  /** What the request's url says its body is; null while it says nothing that we know. */
  kind: BodyKind | null;
  /** Of the key or value at the cursor, in the document. */
  range: Range;
}

/** null outside of batch files. */
export function requestPlaceAt({ checked, lines }: OpenFile, { line, character }: Position): RequestPlace | null {
  if (checked === null) return null;
  const [unit] = checked.document.unitsBetween(line, line);
  // In an array, or an object that was never closed, the unit is no request: then the line alone has to do.
  const isWhole = unit !== undefined && !unit.isArray && unit.requests.length <= 1;
  const [first, count] = isWhole ? [unit.line, unit.lineCount] : [line, 1];
  const texts = lines.slice(first, first + count);
  const before = texts.slice(0, line - first).reduce((sum, text) => sum + text.length + 1, 0);
  const text = texts.join("\n");
  const place = placeAt(text, before + Math.min(character, texts[line - first]?.length ?? 0));
  const at = (offset: number): Position => ({ line, character: offset - before });
  return { ...place, text, kind: kindIn(text), range: { start: at(place.start), end: at(place.end) } };
}

/** By the url wherever it stands: the line may not be JSON yet. */
function kindIn(text: string): BodyKind | null {
  const url = /"url"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  return url === undefined ? null : (bodyKindOf(url) ?? null);
}
