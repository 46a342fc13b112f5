import { constants, isAscii, isUtf8 } from "node:buffer";
import type { RawLine } from "../../util/lineSplitter.ts";
import type { TextFinding } from "../finding.ts";

/** V8 has no longer strings. */
export const MAX_LINE_BYTES = constants.MAX_STRING_LENGTH;

export interface DecodedText {
  /** Where bytes are not UTF-8, U+FFFD stands for them. Empty when the line is too long for a string. */
  text: string;
  problem: TextFinding | null;
}

/** The text of a line. Most lines are ASCII, for which there is a quicker way. */
export function decodeLine({ bytes, text, omittedBytes }: RawLine): DecodedText {
  if (text !== undefined) return { text, problem: null };
  if (omittedBytes !== undefined) return { text: "", problem: tooLong(omittedBytes) };
  if (isAscii(bytes)) return { text: bytes.toString("latin1"), problem: null };
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), problem: null };
  return { text: bytes.toString("utf8"), problem: notUtf8(bytes) };
}

function tooLong(sizeBytes: number): TextFinding {
  const message = `This line has ${Math.round(sizeBytes / 1e6)} MB. No line can have more than ${Math.floor(MAX_LINE_BYTES / 1e6)} MB.`;
  return { code: "line.tooLong", severity: "error", message, start: 0, end: 0 };
}

function notUtf8(bytes: Buffer): TextFinding {
  const at = firstBadByte(bytes);
  // What comes before is good, so its length in UTF-16 units is the column.
  const start = bytes.toString("utf8", 0, at).length;
  const hex = (bytes[at] ?? 0).toString(16).padStart(2, "0").toUpperCase();
  return {
    code: "encoding.notUtf8",
    severity: "error",
    message: `The byte 0x${hex} is not UTF-8, and JSON must be (RFC 8259 §8.1). Save the file as UTF-8.`,
    start,
    end: start + 1,
  };
}

const BLOCK_BYTES = 1 << 16;

/** The offset of the first byte that does not belong to well-formed UTF-8 (Unicode 15, table 3-7). */
function firstBadByte(bytes: Buffer): number {
  let position = 0;
  while (position < bytes.length) {
    const end = startOfSequence(bytes, position + BLOCK_BYTES);
    if (isUtf8(bytes.subarray(position, end))) {
      position = end;
      continue;
    }
    while (isUtf8(bytes.subarray(position, position + sequenceLength(bytes[position] ?? 0)))) {
      position += sequenceLength(bytes[position] ?? 0);
    }
    return position;
  }
  return position;
}

/** `at`, or a little before it where it lies inside a character. */
function startOfSequence(bytes: Buffer, at: number): number {
  let start = Math.min(at, bytes.length);
  for (let back = 0; back < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80; back += 1) start -= 1;
  return start;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
