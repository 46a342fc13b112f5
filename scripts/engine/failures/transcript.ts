import { hostname, networkInterfaces, userInfo } from "node:os";

const keptLines = 150;

/** The end of a log, as a pipe delivers it, with nothing in it that tells where it was made. */
export function transcriptOf(log: string, places: Readonly<Record<string, string>>): string {
  const lines = neutralise(log, places).split("\n");
  const last = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return `${last.slice(-keptLines).join("\n")}\n`;
}

/** `places`: path of this machine → path in the text. The longest goes first, so that one may lie in another. */
export function neutralise(text: string, places: Readonly<Record<string, string>>): string {
  let result = text;
  const byLength = Object.entries(places).toSorted(([a], [b]) => b.length - a.length);
  for (const [place, neutral] of byLength) result = result.replaceAll(place, neutral);
  for (const address of ownAddresses()) result = result.replaceAll(address, "192.168.1.20");
  return wholeWord(wholeWord(result, hostname(), "workstation"), userInfo().username, "user");
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter((address) => !address.internal).map((address) => address.address);
}

/** "root cause" is no user name: only where a name would stand, after `@`, `/` or a quote, or before `@`. */
function wholeWord(text: string, word: string, neutral: string): string {
  // Host names and user names hold no other character that means something in a pattern.
  const name = word.replaceAll(".", "\\.");
  return text
    .replaceAll(new RegExp(`(?<=[@/'"\\[])${name}(?=[\\]/'":\\s]|$)`, "gm"), neutral)
    .replaceAll(new RegExp(`\\b${name}(?=@)`, "g"), neutral);
}
