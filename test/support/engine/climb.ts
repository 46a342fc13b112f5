import type { Diagnosis, Profile, Rung } from "../../../server/src/protocol/engine.ts";
import { CrashHistory } from "../../../server/src/engine/managed/crashHistory.ts";
import { nextStep } from "../../../server/src/engine/recover/nextStep.ts";
import type { Crash, LadderFacts, NextStep } from "../../../server/src/engine/recover/ladderTypes.ts";
import { someFacts } from "./crash.ts";

export interface Fall {
  diagnosis: Diagnosis;
  wasReady?: boolean;
  answersSaved?: number;
  /** Only suspects were in flight. */
  isolating?: boolean;
  /** The request that did it is found out, before its crash is answered. */
  foundOut?: boolean;
  /** How long this life of the engine was. */
  afterMs?: number;
}

export interface Climb {
  launches: (NextStep & { kind: "launch" })[];
  crashes: Crash[];
  /** null: it was not given up. */
  reason: string | null;
}

/** A ladder that goes on for so long does not end. */
const ENDLESS = 1000;

/** Plays the supervisor: engine after engine falls, each with the settings that the ladder gave it. */
export function climb(profile: Profile, falls: Iterable<Fall>, facts: LadderFacts = someFacts()): Climb {
  const history = new CrashHistory();
  const { crashes } = history;
  const rungs: Rung[] = [];
  const launches: Climb["launches"] = [];
  let now = 0;
  let settings = profile;
  for (const { diagnosis, wasReady = true, answersSaved = 0, afterMs = 30_000, ...work } of falls) {
    now += afterMs;
    history.born();
    history.answersInThisLife = answersSaved;
    history.isolating(work.isolating ?? false);
    history.died({ at: now, diagnosis, profile: settings, wasReady });
    if (work.foundOut === true) history.explained();
    const step = nextStep(history.input(rungs, facts));
    if (step.kind === "giveUp") return { launches, crashes, reason: step.reason };
    launches.push(step);
    if (launches.length > ENDLESS) throw new Error(`The ladder has not ended after ${ENDLESS} launches.`);
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
