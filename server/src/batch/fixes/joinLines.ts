/**
 * Puts valid JSON that was printed over several lines on one: white space that holds a line end becomes nothing after
 * an opening and before a closing bracket, and one space elsewhere. In valid JSON no text holds a line end.
 */
export function joinLines(text: string): string {
  return text.trim().replace(/[ \t\r]*\n\s*/g, (_, offset: number, whole: string) => {
    const before = whole[offset - 1] ?? "";
    const after = whole.slice(offset).trimStart()[0] ?? "";
    return "{[".includes(before) || "}]".includes(after) ? "" : " ";
  });
}
