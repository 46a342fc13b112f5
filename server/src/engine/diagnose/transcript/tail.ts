const maxCharacters = 4_000_000;
const maxLines = 20_000;
/** More of one line says nothing new, and patterns take time with its length. */
const maxLineLength = 8_000;

/** A line as it lies in the file, numbered from 1. */
export interface PhysicalLine {
  number: number;
  text: string;
}

/** The end of a log: its last 20,000 lines, at most 4 million characters. What lies before is not looked at. */
export function lastLines(text: string): PhysicalLine[] {
  const from = startOfTail(text);
  let number = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < from; at = text.indexOf("\n", at + 1)) number += 1;
  const lines: PhysicalLine[] = [];
  for (const line of text.slice(from).split("\n")) {
    lines.push({ number, text: line.length > maxLineLength ? line.slice(0, maxLineLength) : line });
    number += 1;
  }
  if (lines.at(-1)?.text === "") lines.pop();
  return lines;
}

function startOfTail(text: string): number {
  const earliest = Math.max(0, text.length - maxCharacters);
  let from = text.length;
  // One line feed more than lines: the last line has one behind it, as a rule.
  for (let count = 0; count <= maxLines; count++) {
    const at = text.lastIndexOf("\n", from - 1);
    if (at < earliest) return earliest;
    from = at;
  }
  return from + 1;
}
