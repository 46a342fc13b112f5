/** Finds the longest context that works, in few starts: each takes minutes. Only says which length is to be tried next. */

export type ContextOutcome =
  /** It started with this length and answered requests that filled it. */
  | { kind: "worked"; length: number }
  /**
   * It failed as one does whose context is too long. `length`: null when it never said how long the model's own is.
   * `most`: nothing longer than this has room, says the engine; null: it does not say.
   */
  | { kind: "tooLong"; length: number | null; most: number | null }
  /** It failed in a way that no shorter context mends, or was given up. */
  | { kind: "unrelated" };

export interface ContextTry {
  outcome: ContextOutcome;
  /** A length that may well work, by what this start has said (tokens in its KV cache, an estimate); null: it said none. */
  hint: number | null;
}

export interface SearchLimits {
  /** The longest that is wanted; null: the model's own length. */
  longest: number | null;
  /** What to try when no start has said anything better; null: nothing is known. */
  hint: number | null;
  /** Tokens in a block of the KV cache: a length between two multiples takes the memory of the longer. */
  blockTokens: number;
  /** At least 1. */
  mostStarts: number;
}

/** Why a length is tried. */
export type TryReason = "longest" | "hint" | "between";

/** Why the search is over. */
export type EndReason =
  /** The longest that was wanted works. */
  | "longest"
  /** Between what worked and what did not there is no whole block. */
  | "narrowed"
  /** There are lengths left to try, but no starts. */
  | "startsUsed"
  | "unrelated"
  /** The first start failed without a word on lengths, so nothing tells where to go on. */
  | "lost";

export type SearchStep =
  /** `length`: null for the model's own. */
  | { kind: "try"; length: number | null; reason: TryReason }
  /** `found`: the longest that worked; null: none did. */
  | { kind: "end"; found: number | null; reason: EndReason };

/** Both are exclusive, both in tokens. `below` is infinite while nothing is known to be too long. */
export interface Bounds {
  above: number;
  below: number;
}

/** What to do after these tries. It ends after `mostStarts` of them at the latest, whatever they say. */
export function nextSearchStep(limits: SearchLimits, tries: readonly ContextTry[]): SearchStep {
  const [first] = tries;
  if (first === undefined) return { kind: "try", length: limits.longest, reason: "longest" };
  const bounds = searchBounds(tries);
  const end = (reason: EndReason): SearchStep => ({ kind: "end", found: bounds.above || null, reason });
  if (tries.some(({ outcome }) => outcome.kind === "unrelated")) return end("unrelated");
  if (first.outcome.kind === "worked") return end("longest");
  const hint = hintWithin(bounds, limits, tries);
  if (bounds.below === Infinity && hint === null) return end("lost");
  if (lengthsWithin(bounds, limits.blockTokens) === 0) return end("narrowed");
  if (tries.length >= limits.mostStarts) return end("startsUsed");
  if (hint !== null) return { kind: "try", length: hint, reason: "hint" };
  return { kind: "try", length: middleOf(bounds, limits.blockTokens), reason: "between" };
}

/** How many starts there may still be, the one that is under way not counted among the tries. */
export function mostStartsLeft(limits: SearchLimits, tries: readonly ContextTry[]): number {
  const left = limits.mostStarts - tries.length;
  const lengths = lengthsWithin(searchBounds(tries), limits.blockTokens);
  return Math.max(0, Math.min(left, Math.ceil(Math.log2(lengths + 1))));
}

/** Between what worked and what did not. Of tries that contradict each other the longest that worked counts. */
export function searchBounds(tries: readonly ContextTry[]): Bounds {
  const outcomes = tries.map(({ outcome }) => outcome);
  const above = Math.max(0, ...outcomes.map((outcome) => (outcome.kind === "worked" ? outcome.length : 0)));
  const below = Math.min(...outcomes.map((outcome) => (outcome.kind === "tooLong" ? tooLongFrom(outcome) : Infinity)));
  return { above, below: Math.max(below, above + 1) };
}

/** null: none did. */
export function longestThatWorked(tries: readonly ContextTry[]): number | null {
  return searchBounds(tries).above || null;
}

function tooLongFrom({ length, most }: Extract<ContextOutcome, { kind: "tooLong" }>): number {
  return Math.min(length ?? Infinity, most === null ? Infinity : most + 1);
}

/** The newest hint that still says something. */
function hintWithin({ above, below }: Bounds, limits: SearchLimits, tries: readonly ContextTry[]): number | null {
  const { blockTokens } = limits;
  const last = tries.at(-1)?.hint ?? null;
  for (const hint of [last, limits.hint]) {
    const whole = hint === null ? 0 : Math.floor(hint / blockTokens) * blockTokens;
    if (whole > above && whole < below) return whole;
  }
  return null;
}

/** How many lengths of whole blocks lie between. */
function lengthsWithin({ above, below }: Bounds, blockTokens: number): number {
  return Math.max(0, Math.ceil(below / blockTokens) - 1 - Math.floor(above / blockTokens));
}

/** The one in the middle of them; there must be one. */
function middleOf(bounds: Bounds, blockTokens: number): number {
  const first = Math.floor(bounds.above / blockTokens) + 1;
  return (first + Math.floor(lengthsWithin(bounds, blockTokens) / 2)) * blockTokens;
}
