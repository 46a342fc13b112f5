import type { Diagnosis, Profile, Rung } from "../../../server/src/protocol/engine.ts";
import { nextStep } from "../../../server/src/engine/recover/nextStep.ts";
import type { Crash, LadderFacts, NextStep } from "../../../server/src/engine/recover/ladderTypes.ts";
import { someFacts } from "./crash.ts";

export interface Fall {
  diagnosis: Diagnosis;
  wasReady?: boolean;
  answersSaved?: number;
  explained?: boolean;
  /** How long this life of the engine was. */
  afterMs?: number;
}

export interface Climb {
  launches: (NextStep & { kind: "launch" })[];
  crashes: Crash[];
  /** null: it was not given up. */
  reason: string | null;
}

/** Plays the supervisor: engine after engine falls, each with the settings that the ladder gave it. */
export function climb(profile: Profile, falls: Iterable<Fall>, facts: LadderFacts = someFacts()): Climb {
  const crashes: Crash[] = [];
  const rungs: Rung[] = [];
  const launches: Climb["launches"] = [];
  let now = 0;
  let settings = profile;
  for (const { diagnosis, wasReady = true, answersSaved = 0, explained = false, afterMs = 30_000 } of falls) {
    now += afterMs;
    crashes.push({ at: now, diagnosis, profile: settings, wasReady, answersSaved, explained });
    const step = nextStep({ crashes, rungs, facts });
    if (step.kind === "giveUp") return { launches, crashes, reason: step.reason };
    launches.push(step);
    rungs.push(step.rung);
    settings = step.profile;
    now += step.waitMs;
  }
  return { launches, crashes, reason: null };
}

/** The same fall for ever. */
export function* always(fall: Fall): Generator<Fall> {
  for (;;) yield fall;
}

/** What was changed, rung by rung: `--max-num-seqs 128`, `same`. */
export function changesOf({ launches }: Climb): string[] {
  return launches.map(({ rung: { diff } }) => {
    const [change] = diff;
    return change === undefined ? "same" : `${change.setting} ${String(change.after)}`;
  });
}
