/**
 * What stands in the way of a regular expression as a constraint. vLLM takes the syntax of Rust's regex crate, without
 * anything that looks around or back (vLLM 0.32.0, seen); another backend may be chosen at the engine's start.
 */
export type RegexFault = "broken" | "unsupported";

/** Look-around, references back, word boundaries, comments, names as in Python, flags, classes by property. */
const beyond = /\(\?[=!#]|\(\?<[=!]|\(\?P|\(\?[a-z-]+[:)]|\\[1-9]|\\k<|\\[bB]|\\[pP]\{|\[\]|\[\[:|[*+?}]\+/;

export function regexFault(pattern: string): RegexFault | null {
  if (pattern.includes("\0")) return "broken";
  if (beyond.test(pattern)) return "unsupported";
  if (compiles(pattern, "")) return hasLooseBrace(pattern) ? "unsupported" : null;
  return "broken";
}

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    // A syntax error, which is the answer.
    return false;
  }
}

/** JavaScript takes a brace that counts nothing for itself. */
function hasLooseBrace(pattern: string): boolean {
  const bare = pattern.replace(/\\./gs, "").replace(/\[(?:[^\]])*\]/g, "");
  return /\{(?!\d+(?:,\d*)?\})/.test(bare);
}
