import type { FixKind } from "../../protocol/problem.ts";
import type { TextFinding } from "../finding.ts";
import { notFinite } from "./words.ts";

const valid = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What is wrong with a number as it is written; null when nothing is. */
export function judgeNumber(raw: string, start: number): TextFinding | null {
  if (valid.test(raw)) return null;
  if (/^[-+][a-z]+$/i.test(raw)) return notFinite(raw, start);
  const end = start + raw.length;
  const shown = raw.length > 40 ? `${raw.slice(0, 40)}…` : raw;
  const finding: TextFinding = {
    code: "json.badNumber",
    severity: "error",
    message: `${shown} is not how JSON writes a number (RFC 8259 §6).`,
    start,
    end,
  };
  const better = rewritten(raw);
  if (better === null) return finding;
  const [text, kind] = better;
  return { ...finding, fix: { kind, title: `Write ${text}`, edits: [{ start, end, text }] } };
}

/** The same number in JSON's way, when that is clear. */
function rewritten(raw: string): [string, FixKind] | null {
  const plain = raw
    .replace(/^\+/, "")
    .replace(/^(-?)\./, "$10.")
    .replace(/^(-?\d+)\.(?=[eE]|$)/, "$1.0");
  if (valid.test(plain)) return [plain, "safe"];
  // A leading zero means octal to some, and thousands are set apart in more ways than one.
  const loose = plain.replaceAll("_", "").replace(/^(-?)0+(?=\d)/, "$1");
  if (valid.test(loose)) return [loose, "suggested"];
  const hex = /^0x([0-9a-f]{1,13})$/i.exec(raw)?.[1];
  return hex === undefined ? null : [String(Number.parseInt(hex, 16)), "suggested"];
}
