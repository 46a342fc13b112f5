import type { TextFinding } from "../finding.ts";
import { endOfString } from "./cursor.ts";

/** Shorter texts cannot be so bad. */
const HARMLESS_LENGTH = 1 << 20;
const MAX_DEPTH = 1_000_000;
const MAX_VALUES = 10_000_000;

/**
 * Text of which the values would not fit into memory, however well-formed: a process that runs out of memory ends, and
 * there is nothing to catch. null for all other text.
 */
export function judgeShape(text: string): TextFinding | null {
  if (text.length <= HARMLESS_LENGTH) return null;
  let [depth, values, position] = [0, 1, 0];
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      const end = endOfString(text, position);
      // The rest is one text, if anything.
      if (end === -1) return null;
      position = end;
      continue;
    }
    if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    else if (character === ",") values += 1;
    position += 1;
    if (depth > MAX_DEPTH) return problem("line.tooDeep", `This line is nested more than ${MAX_DEPTH} levels deep.`);
    if (values > MAX_VALUES) return problem("line.tooManyValues", `This line holds more than ${MAX_VALUES} values.`);
  }
  return null;
}

function problem(code: string, message: string): TextFinding {
  return { code, severity: "error", message: `${message} vLLM cannot read such a request.`, start: 0, end: 1 };
}
