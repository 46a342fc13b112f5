import type { Diagnosis, Profile, ProfileChange, Rung } from "../../protocol/engine.ts";
import type { StartedEngine } from "./lastKnownGood.ts";

/** An end of the engine that nobody asked for: it died, hung, or did not start. */
export interface Crash {
  /** Milliseconds of one monotonic clock. */
  at: number;
  diagnosis: Diagnosis;
  /** The settings that it had. */
  profile: Profile;
  /** Whether it had become ready in this life. */
  wasReady: boolean;
  /** Answers saved in this life of the engine. */
  answersSaved: number;
  /** A request that kills engines was found out, or only such suspects were in flight: the crash is not counted. */
  explained?: boolean;
}

/** What is known beside the crashes. null: not known, and then nothing is decided by it. */
export interface LadderFacts {
  /** Names of flags (without dashes) and of environment variables that a person set. */
  chosenByUser: ReadonlySet<string>;
  /** The flags of this version; an unknown flag would be fatal. With or without dashes. */
  knownFlags: ReadonlySet<string> | null;
  /** The longest context of the model itself, in tokens. */
  modelLimit: number | null;
  /** The longest request of the work, prompt and answer, in tokens. */
  neededLen: number | null;
  attentionHeads: number | null;
  /** 0: it runs on the CPU. */
  gpuCount: number | null;
  /** Memory of the fullest GPU that it uses, as it was before the engine was started. */
  gpuMemory: { freeGiB: number; totalGiB: number } | null;
  /** Settings that worked before, with this model, these GPUs and this version. */
  worked: StartedEngine | null;
}

/** What to wait for before the launch, beside `waitMs`. `port`: take another port. */
export type WaitFor = "gpuMemory" | "port" | null;

export type NextStep =
  | { kind: "launch"; profile: Profile; rung: Rung; waitMs: number; waitFor: WaitFor }
  /** `reason`: for a person: what happened, what was tried, what to do. */
  | { kind: "giveUp"; reason: string };

export interface LadderInput {
  /** All since the engine was started by a person or a run, oldest first; the last one is to be answered. */
  crashes: readonly Crash[];
  /** The answers to all crashes before the last, one each, in their order. */
  rungs: readonly Rung[];
  facts: LadderFacts;
}

/** One thing to try, before it is known whether it may be tried. */
export interface Attempt {
  /** null: the same settings again, or `startTimeoutSeconds`. */
  change: ProfileChange | null;
  /** A setting of ours and not of vLLM. */
  startTimeoutSeconds?: number;
  why: string;
  waitFor?: WaitFor;
  /** How often this setting may be changed for this cause in one budget (`again` alike); 1 when not given. */
  limit?: number;
}

/** What a rule for a cause decides by. */
export interface Situation {
  crash: Crash;
  profile: Profile;
  diagnosis: Diagnosis;
  facts: LadderFacts;
}

/** What may be tried for a cause, the best first. What does not apply to these settings is left out. */
export type LadderRule = (situation: Situation) => Attempt[];
