import type { CodeEntry } from "./code.ts";
import { edited, good, lines } from "./requestExamples.ts";

const rule = "JSON must be UTF-8, without a byte order mark (RFC 8259 §8.1).";

/** Bytes that are not the UTF-8 of a text. */
export const encodingCodes: readonly CodeEntry[] = [
  {
    code: "encoding.notUtf8",
    severity: "error",
    title: "The line is not UTF-8",
    why: `${rule} A byte that is not is mostly a letter with an accent from a file in Windows-1252 or Latin-1. What it was meant to be cannot be told for certain: save the file as UTF-8 in the program that made it.`,
    bad: edited("France", "Provence, à peu près"),
    encode: "latin1",
    good: edited("France", "Provence, à peu près"),
    fix: null,
  },
  {
    code: "encoding.utf16",
    severity: "error",
    title: "The file is UTF-16",
    why: `${rule} Some programs on Windows, PowerShell's > among them, write UTF-16. The problems of its lines are told as if it were UTF-8, and the fix translates it.`,
    bad: lines(good),
    encode: "utf16le",
    good: lines(good),
    fix: "safe",
  },
  {
    code: "encoding.bom",
    severity: "error",
    title: "A byte order mark stands before the JSON",
    why: `${rule} Editors on Windows put the mark, which is invisible, at the beginning of a file. vLLM's run-batch stops at it.`,
    bad: `\ufeff${good}`,
    good,
    fix: "safe",
  },
];
