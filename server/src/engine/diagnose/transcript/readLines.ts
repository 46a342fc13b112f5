import { plainLines } from "./plainLines.ts";
import { readHeader, withoutForeignPrefix } from "./prefixes.ts";
import { lastLines } from "./tail.ts";
import type { LogLine } from "./types.ts";
import { unwrap } from "./unwrap.ts";

/** Logical lines of the end of a log. */
export function readLines(text: string): LogLine[] {
  return unwrap(plainLines(lastLines(text))).map(({ number, text: line }) => {
    const { text: own, origin } = withoutForeignPrefix(line);
    return { number, origin, ...readHeader(own) };
  });
}
