import { commonPrefix } from "./commonPrefix.ts";
import { plainLines } from "./plainLines.ts";
import { readHeader, withoutForeignPrefix } from "./prefixes.ts";
import { lastLines } from "./tail.ts";
import type { LogLine } from "./types.ts";
import { unwrap } from "./unwrap.ts";

/** Logical lines of the end of a log. */
export function readLines(text: string): LogLine[] {
  const lines = unwrap(plainLines(lastLines(text))).map(({ number, text: line }) => ({
    number,
    ...withoutForeignPrefix(line),
  }));
  const prefix = commonPrefix(lines.map((line) => line.text));
  return lines.map(({ number, origin, text: line }) => ({
    number,
    origin,
    ...readHeader(prefix === null ? line : line.replace(prefix, "")),
  }));
}
