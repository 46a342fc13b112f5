import type { Crash } from "./ladderTypes.ts";
import type { StartedEngine } from "./lastKnownGood.ts";
import { whatChanged } from "./whatChanged.ts";

const MOST_SHOWN = 4;

/**
 * What to offer a person whose engine is given up: the settings that worked here, and in what they differ from those
 * that were asked for. null: there are none, or they are among those that failed now.
 */
export function offerWords(worked: StartedEngine | null, crashes: readonly Crash[]): string | null {
  const asked = crashes[0]?.profile;
  if (worked === null || asked === undefined) return null;
  const linesFrom = (profile: StartedEngine["profile"]) => whatChanged({ ...worked, profile }, worked).lines;
  if (crashes.some(({ profile }) => linesFrom(profile).length === 0)) return null;
  const lines = linesFrom(asked);
  const left = lines.length - MOST_SHOWN;
  const shown = lines.slice(0, MOST_SHOWN).join("; ") + (left > 0 ? `; and ${left} more` : "");
  return `These settings worked on ${worked.at.slice(0, 10)}: ${shown}. Go back with: vllm-batch engine restore`;
}
