import type { Profile } from "../../protocol/engine.ts";
import type { TriedContext } from "./triedContext.ts";

export interface TuneFindings {
  found: number | null;
  reason: string;
  tries: readonly TriedContext[];
  model: string;
  /** The settings of each try, but for the length. */
  profile: Profile;
  saved: { profile: string; file: string } | null;
  seconds: number;
}

/** What programs are told: lengths in tokens, times in seconds. */
export function tuneReport({ found, reason, tries, model, profile, saved, seconds }: TuneFindings) {
  return {
    model,
    profile: profile.name,
    simulated: profile.engine === "simulator",
    found,
    reason,
    saved,
    seconds: rounded(seconds),
    tries: tries.map(({ outcome, why, startSeconds, loadSeconds, requests, kvCacheTokens, blockTokens }) => ({
      length: outcome.kind === "unrelated" ? null : outcome.length,
      works: outcome.kind === "worked",
      /** Nothing longer has room, as the engine itself says. */
      mostByEngine: outcome.kind === "tooLong" ? outcome.most : null,
      why: why === "" ? null : why,
      startSeconds: rounded(startSeconds),
      loadSeconds: loadSeconds === null ? null : rounded(loadSeconds),
      requests,
      kvCacheTokens,
      blockTokens,
    })),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
