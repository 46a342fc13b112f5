import type { TextFinding } from "../finding.ts";

const literals: ReadonlySet<string> = new Set(["true", "false", "null"]);

/** Python's names for JSON's literals, and the same in other cases: what is meant is certain. */
const spellings: Readonly<Record<string, string>> = {
  none: "null",
  nil: "null",
  null: "null",
  true: "true",
  false: "false",
};

const noNumbers: ReadonlySet<string> = new Set(["nan", "inf", "infinity"]);

/**
 * A bare word: null when it is one of JSON's literals, a finding when it was meant as one, "unknown" for any other.
 */
export function judgeWord(word: string, start: number): TextFinding | null | "unknown" {
  if (literals.has(word)) return null;
  const lower = word.toLowerCase();
  const literal = Object.hasOwn(spellings, lower) ? spellings[lower] : undefined;
  if (literal !== undefined) return replaced("json.pythonLiteral", word, start, literal, "safe");
  if (noNumbers.has(lower)) return notFinite(word, start);
  return word === "undefined" ? replaced("json.pythonLiteral", word, start, "null", "suggested") : "unknown";
}

/** NaN and the infinities, which Python's json.dumps writes although JSON has no such numbers. */
export function notFinite(word: string, start: number): TextFinding {
  return {
    code: "json.notFinite",
    severity: "error",
    message: `JSON has no ${word} (RFC 8259 §6). Python's json.dumps writes it unless told allow_nan=False.`,
    start,
    end: start + word.length,
    fix: {
      kind: "suggested",
      title: `Replace ${word} by null`,
      edits: [{ start, end: start + word.length, text: "null" }],
    },
  };
}

function replaced(code: string, word: string, start: number, literal: string, kind: "safe" | "suggested"): TextFinding {
  const end = start + word.length;
  return {
    code,
    severity: "error",
    message: `${word} is not JSON, which writes ${literal}.`,
    start,
    end,
    fix: { kind, title: `Replace ${word} by ${literal}`, edits: [{ start, end, text: literal }] },
  };
}
