/** What does not print, and could move the cursor or hide a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from a file for a terminal: what does not print, as its number. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

/** What a stranger says, without what does not print, and cut after `most` characters. */
export function foreignText(text: string, most: number): string {
  return text.replace(UNPRINTABLE, "").slice(0, most).toWellFormed();
}
