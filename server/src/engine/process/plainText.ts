const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

/** Colours, cursor movements and sets of characters (ECMA-48, ECMA-35), titles of terminals. None of its parts can match an ESC: linear. */
const sequences = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[ -/]+[0-~]|[0-Z\\\\^-~])`,
  "g",
);
/** The escape character itself is sometimes lost, or written out, on the way into a file (rsyslog: `#033`). */
const bareColours = /(?:#033|\^\[|\\x1b|\\u001b|\\033|ESC|\uFFFD)?\[\d{1,3}(?:;\d{1,3})*m/g;
/** As some write CR into a file. */
const writtenEnd = /(?:\^M|#015)+$/;
/** Control characters but the tab. */
const controls = /[^\P{Cc}\t]/gu;

/** A line of a log without what only a terminal understands. Old versions colour even what goes to a file. */
export function plainText(line: string): string {
  return line.replaceAll(sequences, "").replaceAll(bareColours, "").replace(writtenEnd, "").replaceAll(controls, "");
}
