import type { Rung } from "../../protocol/engine.ts";
import type { Crash } from "./ladderTypes.ts";

const MOST_SHOWN = 6;

/** For a person: what happened, what was tried, what to do. `offer`: settings to go back to, if there are any. */
export function giveUpReason(crash: Crash, tried: readonly Rung[], why: string, offer: string | null): string {
  const remedy = crash.diagnosis.remedies[0]?.text;
  const parts = [crash.diagnosis.summary, why, triedWords(tried), remedy ?? null, offer];
  return parts
    .filter((part) => part !== null && part !== "")
    .map(String)
    .map(sentence)
    .join(" ");
}

function triedWords(tried: readonly Rung[]): string | null {
  if (tried.length === 0) return null;
  const shown = tried.slice(-MOST_SHOWN).map(({ diff, why }) => {
    const [change] = diff;
    if (change === undefined) return firstWords(why);
    return change.after === null ? `without ${change.setting}` : `${change.setting} ${String(change.after)}`;
  });
  const left = tried.length - shown.length;
  return `Tried: ${left > 0 ? `${left} others, then ` : ""}${shown.join("; ")}`;
}

function firstWords(why: string): string {
  const [words = why] = why.split(":", 1);
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
