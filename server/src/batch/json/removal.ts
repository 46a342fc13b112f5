import type { TextEdit } from "../finding.ts";
import { ContainerCursor } from "./cursor.ts";

/**
 * The edit that takes one child out of the container that opens at `open`, with one of the commas beside it. null when
 * no child is the one. The text must be valid JSON.
 */
export function removalOf(text: string, open: number, isIt: (child: ContainerCursor) => boolean): TextEdit | null {
  const cursor = new ContainerCursor(text, open);
  let endOfPrevious: number | null = null;
  while (cursor.next()) {
    const start = cursor.isObject ? cursor.keyStart : cursor.start;
    const end = cursor.end;
    if (!isIt(cursor)) {
      endOfPrevious = end;
      continue;
    }
    if (endOfPrevious !== null) return { start: endOfPrevious, end, text: "" };
    if (!cursor.next()) return { start, end, text: "" };
    return { start, end: cursor.isObject ? cursor.keyStart : cursor.start, text: "" };
  }
  return null;
}
