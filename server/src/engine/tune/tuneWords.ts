/** What a search for the longest context says to a person. */
import { duration } from "../../util/duration.ts";
import { count } from "../model/fitSentence.ts";
import {
  longestThatWorked,
  mostStartsLeft,
  searchBounds,
  type SearchLimits,
  type SearchStep,
} from "./contextSearch.ts";
import type { TriedContext } from "./triedContext.ts";

type NextTry = Extract<SearchStep, { kind: "try" }>;
type Ending = Extract<SearchStep, { kind: "end" }>;

/** Before a start: which, why this length, how long all may still take. */
export function nextTryText(step: NextTry, limits: SearchLimits, tries: readonly TriedContext[]): string {
  const eta = tries.length === 0 ? "" : etaText(limits, tries);
  return `Start ${tries.length + 1}: ${lengthText(step.length)} (${reasonText(step, limits, tries)}).${eta}`;
}

function etaText(limits: SearchLimits, tries: readonly TriedContext[]): string {
  const total = tries.reduce((sum, { startSeconds, loadSeconds }) => sum + startSeconds + (loadSeconds ?? 0), 0);
  const each = total / tries.length;
  const last = tries.at(-1)?.outcome;
  // What vLLM itself says has room does have room, as a rule.
  if (last?.kind === "tooLong" && last.most !== null) return ` Usually the last one: about ${duration(each)}.`;
  const left = mostStartsLeft(limits, tries);
  return ` At most ${starts(left)}: about ${duration(left * each)}.`;
}

function reasonText({ reason }: NextTry, limits: SearchLimits, tries: readonly TriedContext[]): string {
  switch (reason) {
    case "longest":
      return limits.longest === null ? "longer it cannot be" : "the longest that is wanted";
    case "hint":
      return tries.at(-1)?.hint === null ? "by the estimate" : "by what the engine has said";
    case "between": {
      const { above, below } = searchBounds(tries);
      return `between ${count(above)} and ${count(below)}`;
    }
  }
}

/** After a start: what came of it. */
export function triedText({ outcome, why, requests, startSeconds, loadSeconds }: TriedContext): string {
  if (outcome.kind !== "worked") return `  No: ${why} (${duration(startSeconds + (loadSeconds ?? 0))})`;
  const load = `${count(requests ?? 0)} requests at once that filled it were answered in ${duration(loadSeconds ?? 0)}`;
  return `  Works: ready after ${duration(startSeconds)}; ${load}.`;
}

/** At the end: what was found, and how sure that is. */
export function endText({ found, reason }: Ending, tries: readonly TriedContext[]): string {
  const { below } = searchBounds(tries);
  if (found === null) return `No context was found that works. ${nothingText(reason, tries)}`;
  const beyond = below === Infinity ? "" : ` ${count(below)} tokens are too long.`;
  const sure: Record<Ending["reason"], string> = {
    longest: " No longer one was wanted.",
    narrowed: beyond,
    startsUsed: `${beyond} In between nothing was tried: the starts are used up (--max-starts).`,
    unrelated: " Then a start failed for another reason.",
    lost: "",
  };
  return `The longest context that was seen to work: ${count(found)} tokens.${sure[reason]}`;
}

/** What is known when a search is broken off. */
export function soFarText(tries: readonly TriedContext[]): string {
  const found = longestThatWorked(tries);
  return found === null
    ? "No context was seen to work so far."
    : `The longest context that was seen to work so far: ${count(found)} tokens.`;
}

function nothingText(reason: Ending["reason"], tries: readonly TriedContext[]): string {
  switch (reason) {
    case "unrelated":
      return "The length is not what is wrong: see above.";
    case "startsUsed":
      return `${starts(tries.length)} were tried (--max-starts).`;
    case "narrowed":
      return "Not even one block of the KV cache has room.";
    case "lost":
      return "Nothing tells how long it may be: give --up-to N.";
    // What works was found then.
    case "longest":
      return "";
  }
}

function lengthText(length: number | null): string {
  return length === null ? "the model's own length" : `${count(length)} tokens`;
}

function starts(number: number): string {
  return number === 1 ? "1 start" : `${number} starts`;
}
