import type { PhysicalLine } from "./tail.ts";

/** What begins a record of its own, so that it cannot be the rest of the line above. */
const beginning =
  /^(?:\([A-Za-z_][\w:.-]* (?:rank=\d+ |\w+ )?pid=\d|\[rank\d|\[[WEIF]\d|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)[ :]|Traceback |Process \w|[\w.-]+ *\| |\w{3} \d\d \d\d:)/;
const narrowest = 60;
const widest = 250;
/** Below this share of lines of exactly the greatest length, it is chance and no terminal's width. */
const wrappedShare = 0.15;

/** Joins lines that a terminal or a pager broke at its width. Such a text has many lines of exactly that width. */
export function unwrap(lines: readonly PhysicalLine[]): PhysicalLine[] {
  const width = wrapWidth(lines);
  if (width === null) return [...lines];
  const joined: PhysicalLine[] = [];
  let previousLength = 0;
  for (const line of lines) {
    const last = joined.at(-1);
    const isRest = last !== undefined && previousLength === width && !beginning.test(line.text) && line.text !== "";
    if (isRest) last.text += line.text;
    else joined.push({ ...line });
    previousLength = line.text.length;
  }
  return joined;
}

function wrapWidth(lines: readonly PhysicalLine[]): number | null {
  let width = 0;
  let filled = 0;
  for (const { text } of lines) {
    if (text !== "") filled += 1;
    if (text.length > width) width = text.length;
  }
  if (width < narrowest || width > widest) return null;
  const full = lines.filter((line) => line.text.length === width).length;
  return full >= 4 && full >= filled * wrappedShare ? width : null;
}
