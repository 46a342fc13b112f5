import type { PhysicalLine } from "./tail.ts";

// The escape character itself is sometimes lost on the way into a file, so it is optional before colours.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const colour = /\u001b?\[\d{1,3}(?:;\d{1,3})*m|\u001b\[m/g;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const otherEscape = /\u001b(?:\[[0-9;?]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Without colours and control characters. A progress bar that redraws itself with CR becomes several lines. */
export function plainLines(lines: readonly PhysicalLine[]): PhysicalLine[] {
  const plain: PhysicalLine[] = [];
  for (const { number, text } of lines) {
    const bare = withoutEscapes(fromDockerJson(text));
    for (const part of bare.includes("\r") ? bare.split("\r") : [bare]) {
      if (part !== "" || bare === "" || bare === "\r") plain.push({ number, text: part });
      if (bare === "\r") break;
    }
  }
  return plain;
}

function withoutEscapes(text: string): string {
  const bare = text.includes("[") ? text.replace(colour, "").replace(otherEscape, "") : text;
  return bare.replace(control, "");
}

/** Docker's json-file driver keeps each line as `{"log":"…\n","stream":"stderr","time":"…"}`. */
function fromDockerJson(text: string): string {
  if (!text.startsWith('{"log":"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    const log = typeof value === "object" && value !== null && "log" in value ? value.log : null;
    return typeof log === "string" ? log.replace(/\r?\n$/, "") : text;
  } catch {
    return text;
  }
}
