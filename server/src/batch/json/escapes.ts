export interface MendedEscape {
  /** Of the escape as it stands. */
  length: number;
  replacement: string;
  isSafe: boolean;
}

/** What to write for the escape that begins at `start`; null when it is one of JSON's (RFC 8259 §7). */
export function mendEscape(text: string, start: number): MendedEscape | null {
  const letter = text[start + 1] ?? "";
  if (letter !== "" && '"\\/bfnrt'.includes(letter)) return null;
  const rest = text.slice(start, start + 12);
  if (/^\\u[0-9a-fA-F]{4}/.test(rest)) return null;
  // Python and JavaScript escape the single quote; it needs none.
  if (letter === "'") return { length: 2, replacement: "'", isSafe: true };
  const point =
    /^\\x([0-9a-f]{2})/i.exec(rest) ?? /^\\u\{([0-9a-f]{1,6})\}/i.exec(rest) ?? /^\\U([0-9a-fA-F]{8})/.exec(rest);
  const code = Number.parseInt(point?.[1] ?? "", 16);
  if (point !== null && code <= 0x10ffff) return { length: point[0].length, replacement: escaped(code), isSafe: false };
  // A path of Windows, a regular expression, LaTeX: the backslash was meant as itself.
  return { length: 1, replacement: "\\\\", isSafe: false };
}

function escaped(codePoint: number): string {
  const units = String.fromCodePoint(codePoint);
  return Array.from({ length: units.length }, (_, index) => {
    const hex = units.charCodeAt(index).toString(16).padStart(4, "0");
    return `\\u${hex}`;
  }).join("");
}
