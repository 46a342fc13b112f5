import type { TextFinding } from "../finding.ts";

const ESCAPE_LENGTH = 6;

/**
 * The first escape of half a character (such as `\ud83d` alone) in the text of valid JSON. RFC 8259 §8.2 allows it and
 * warns of it; it stands for no text that could be written as UTF-8.
 */
export function findLoneSurrogate(text: string): TextFinding | null {
  let position = text.indexOf("\\");
  while (position !== -1) {
    const half = text[position + 1] === "u" ? halfAt(text, position) : null;
    if (half === "high" && halfAt(text, position + ESCAPE_LENGTH) === "low") position += ESCAPE_LENGTH;
    else if (half !== null) return finding(text, position);
    // An escape is at least two characters long, and the second may be a backslash.
    position = text.indexOf("\\", position + 2);
  }
  return null;
}

function halfAt(text: string, at: number): "high" | "low" | null {
  if (text[at] !== "\\" || text[at + 1] !== "u") return null;
  const unit = Number.parseInt(text.slice(at + 2, at + ESCAPE_LENGTH), 16);
  if (unit >= 0xd800 && unit <= 0xdbff) return "high";
  return unit >= 0xdc00 && unit <= 0xdfff ? "low" : null;
}

function finding(text: string, start: number): TextFinding {
  const end = start + ESCAPE_LENGTH;
  return {
    code: "line.loneSurrogate",
    severity: "error",
    message: `${text.slice(start, end)} is half a character: its other half is missing, so it stands for no text.`,
    start,
    end,
    fix: {
      kind: "suggested",
      title: "Replace it by \\ufffd, the sign for an unreadable character",
      edits: [{ start, end, text: "\\ufffd" }],
    },
  };
}
