const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

/** Colours and cursor movements (ECMA-48), and titles of terminals. None of its parts can match an ESC: linear. */
const sequences = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|[@-Z\\\\^_])`,
  "g",
);
/** Control characters but the tab. */
const controls = /[^\P{Cc}\t]/gu;

/** A line of a log without what only a terminal understands. Old versions colour even what goes to a file. */
export function plainText(line: string): string {
  return line.replaceAll(sequences, "").replaceAll(controls, "");
}
