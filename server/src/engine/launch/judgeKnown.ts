import type { Flags } from "../../protocol/engine.ts";
import { removedFlags } from "../find/removedFlags.ts";
import type { Installation } from "../find/installation.ts";
import { oppositeFlag } from "../profile/changeProfile.ts";
import { nearest } from "../../util/nearest.ts";
import type { LaunchPlan, LaunchProblem } from "./launchPlan.ts";

export interface KnownFlags {
  kept: Flags;
  leftOut: LaunchPlan["leftOut"];
  problems: LaunchProblem[];
}

/**
 * Sorts flags by whether this version knows them: an unknown one ends `vllm serve` with exit code 2 before it starts.
 * One of ours is left out; for one that a person chose it is theirs to say what they want instead.
 */
export function judgeKnown(flags: Flags, installation: Installation, chosen: ReadonlySet<string>): KnownFlags {
  const result: KnownFlags & { kept: Record<string, Flags[string]> } = { kept: {}, leftOut: [], problems: [] };
  const known = installation.flags;
  for (const [flag, value] of Object.entries(flags)) {
    if (value === false || known === null || isKnown(flag, known)) result.kept[flag] = value;
    else if (chosen.has(flag))
      result.problems.push({ field: `flags.${flag}`, message: unknownText(flag, installation, known) });
    else result.leftOut.push({ flag, why: `${versionText(installation)} has no --${flag}` });
  }
  return result;
}

/** `compilation-config.mode` is a part of `compilation-config`. */
function isKnown(flag: string, known: ReadonlySet<string>): boolean {
  return known.has(flag) || known.has(flag.split(".", 1).join(""));
}

function unknownText(flag: string, installation: Installation, known: ReadonlySet<string>): string {
  const version = versionText(installation);
  const removed = removedFlags.get(flag);
  if (removed !== undefined) {
    return `${version} has no --${flag}: it is gone since vLLM ${removed.since} at the latest. ${removed.instead}`;
  }
  if (flag.startsWith("no-") && known.has(oppositeFlag(flag))) {
    return `${version} has no --${flag}; --${oppositeFlag(flag)} is off when it is absent. Leave this one out.`;
  }
  const near = nearest(flag, known);
  const also = [...known].filter((name) => name.startsWith(`${flag}-`) && name !== near).slice(0, MOST_SUGGESTED);
  const names = [...(near === undefined ? [] : [near]), ...also];
  const advice =
    names.length === 0 ? "Leave it out, or use a version that has it." : `Did you mean ${names.join(" or ")}?`;
  return `${version} has no --${flag}. ${advice}`;
}

const MOST_SUGGESTED = 3;

function versionText({ version }: Installation): string {
  return version === null ? "This vLLM" : `vLLM ${version}`;
}
