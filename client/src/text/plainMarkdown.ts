/**
 * Markdown that shows a text as it is: nothing in it is markup, a link or HTML (CommonMark 0.31, 2.4: a backslash takes
 * the meaning of any ASCII punctuation). Unlike `MarkdownString.appendText`, which makes all spaces hard, it leaves lines
 * to be broken between words. Pure.
 */
export function plainMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[!-/:-@[-`{-~]/g, "\\$&");
}
