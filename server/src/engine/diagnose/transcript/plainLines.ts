import { plainText } from "../../process/plainText.ts";
import type { PhysicalLine } from "./tail.ts";

/** What a terminal fills its lines with. One blank may stand where it has broken a line. */
const padding = / {3,}$/;

/** Without colours and control characters. A progress bar that redraws itself with CR becomes several lines. */
export function plainLines(lines: readonly PhysicalLine[]): PhysicalLine[] {
  return lines.flatMap(({ number, text }) => {
    const parts = fromDockerJson(text)
      .split("\r")
      .map((part) => plainText(part).replace(padding, ""));
    const shown = parts.filter((part) => part !== "");
    return (shown.length > 0 ? shown : [""]).map((part) => ({ number, text: part }));
  });
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
