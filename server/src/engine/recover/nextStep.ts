import type { EngineCause, Profile, Rung, SettingDiff } from "../../protocol/engine.ts";
import { applyChange } from "../profile/changeProfile.ts";
import { backoffMs, barrenExplained, budgetStart, countedCrashes, MOST_RUNGS } from "./crashBudget.ts";
import { giveUpReason } from "./giveUpReason.ts";
import type { Attempt, Crash, LadderInput, LadderRule, NextStep, Situation } from "./ladderTypes.ts";
import { mayChange } from "./mayChange.ts";
import { offerWords } from "./offerWords.ts";
import { ladderRules } from "./rules.ts";
import { again } from "./rules/attempts.ts";
import { unknown } from "./rules/death.ts";
import { settingDiff, settingsOf, settingsText, valueIn } from "./settings.ts";

/**
 * The recovery ladder: what to do about the last crash. Each launch has exactly one setting changed, or none. It ends:
 * within one budget at most `MOST_RUNGS` launches, and only 200 saved answers begin a new one; beside these as many
 * for deaths that were put down to requests, and only an answer begins those anew.
 */
export function nextStep(input: LadderInput): NextStep {
  const { crashes, facts } = input;
  const crash = crashes.at(-1);
  if (crash === undefined) return { kind: "giveUp", reason: "Nothing has happened that needs an answer." };
  const tried = rungsOfBudget(input);
  const stop = (why: string): NextStep => {
    return { kind: "giveUp", reason: giveUpReason(crash, tried, why, offerWords(facts.worked, crashes)) };
  };
  if (crash.explained === true) {
    const barren = barrenExplained(crashes);
    if (barren >= MOST_RUNGS) return stop(`It died ${times(barren)} without an answer, with few requests in flight`);
    return launch(crash, input, memoryAttempt(crash, input, tried) ?? poisonAttempt);
  }
  const counted = countedCrashes(crashes);
  const { maxCrashes } = crash.profile;
  if (counted > maxCrashes) return stop(`It crashed ${times(counted)} within 10 minutes (allowed: ${maxCrashes})`);
  if (tried.length >= MOST_RUNGS) return stop(`${tried.length} attempts have not helped`);
  const rule = ruleFor(crash);
  if (rule === null) return stop("Another start would end the same way");
  const situation: Situation = { crash, profile: crash.profile, diagnosis: crash.diagnosis, facts };
  const next = attemptsFor(rule, situation).find((attempt) => isOpen(attempt, situation, input, tried));
  return next === undefined ? stop("There is nothing left to try") : launch(crash, input, next);
}

const poisonAttempt: Attempt = {
  change: null,
  why: "The same settings: a single request was to blame, and it is set aside",
};

/** Where memory has evidently run out, less of it is taken, whichever request it was that took the last of it. */
function memoryAttempt(crash: Crash, input: LadderInput, tried: readonly Rung[]): Attempt | undefined {
  const { diagnosis, profile } = crash;
  const rule = ladderRules[diagnosis.cause];
  const isEvident = diagnosis.confidence === "high" && outOfMemory.has(diagnosis.cause);
  if (rule === null || !isEvident) return undefined;
  const situation: Situation = { crash, profile, diagnosis, facts: input.facts };
  return rule(situation).find((attempt) => attempt.change !== null && isOpen(attempt, situation, input, tried));
}

const outOfMemory: ReadonlySet<EngineCause> = new Set(["gpu_oom_runtime", "host_oom_killed"]);

/** What only a person can put right is not tried, unless the diagnosis is a mere guess. */
function ruleFor({ diagnosis }: Crash): LadderRule | null {
  const rule = ladderRules[diagnosis.cause];
  return rule === null && diagnosis.confidence === "low" ? unknown : rule;
}

function attemptsFor(rule: LadderRule, situation: Situation): Attempt[] {
  const { crash, diagnosis } = situation;
  const advised = diagnosis.remedies.map(({ change, text }) => ({ change, why: text }));
  const served = crash.wasReady && crash.answersSaved > 0;
  // It does get on, if only a little each time: the budget sees to it that this does not go on for nothing.
  const onward: Attempt = { change: null, why: "The same settings again: it has answered some", limit: MOST_RUNGS };
  const own = diagnosis.confidence === "low" ? sameFirst(rule(situation)) : rule(situation);
  return [...own, ...advised.filter(({ change }) => change !== null), ...(served ? [onward] : [])];
}

/** Speed and length are not given up for a guess. */
function sameFirst(attempts: readonly Attempt[]): Attempt[] {
  const same = attempts.filter(isSame);
  const first = same.length > 0 ? same : [again("The same settings again: this cause is only a guess")];
  return [...first, ...attempts.filter((attempt) => !isSame(attempt))];
}

function isSame({ change, startTimeoutSeconds }: Attempt): boolean {
  return change === null && startTimeoutSeconds === undefined;
}

function isOpen(attempt: Attempt, situation: Situation, { crashes }: LadderInput, tried: readonly Rung[]): boolean {
  const { profile, diagnosis, facts } = situation;
  const diff = diffOf(attempt, profile);
  const same = tried.filter(
    ({ cause, diff: [change] }) => cause === diagnosis.cause && change?.setting === diff[0]?.setting,
  );
  if (same.length >= (attempt.limit ?? 1)) return false;
  if (isSame(attempt)) return true;
  if (attempt.change !== null) {
    const [setting, ...more] = settingsOf(attempt.change);
    if (setting === undefined || more.length > 0) return false;
    if (!mayChange(setting, profile, diagnosis.cause, facts)) return false;
    if (isEqual(valueIn(profile, setting), setting.value)) return false;
  }
  const after = settingsText(changed(attempt, profile));
  return !crashes.some((earlier) => !earlier.wasReady && settingsText(earlier.profile) === after);
}

function launch(crash: Crash, { crashes, rungs, facts }: LadderInput, attempt: Attempt): NextStep {
  const { profile, diagnosis } = crash;
  const rung: Rung = {
    number: rungs.length + 1,
    cause: diagnosis.cause,
    change: attempt.change,
    why: attempt.why,
    diff: diffOf(attempt, profile),
  };
  // Other settings that are to start are not made better by waiting.
  const waitMs = crash.explained === true || !(isSame(attempt) || crash.wasReady) ? 0 : backoffMs(crashes);
  const wanted = attempt.waitFor ?? "gpuMemory";
  const waitFor = wanted === "gpuMemory" && facts.gpuCount === 0 ? null : wanted;
  return { kind: "launch", profile: changed(attempt, profile), rung, waitMs, waitFor };
}

/** Those of the present budget, but for the same again after crashes for which the engine was not to blame. */
function rungsOfBudget({ crashes, rungs }: LadderInput): Rung[] {
  const start = budgetStart(crashes);
  return rungs.filter(({ diff }, index) => index >= start && (diff.length > 0 || crashes[index]?.explained !== true));
}

function changed(attempt: Attempt, profile: Profile): Profile {
  if (attempt.startTimeoutSeconds !== undefined)
    return { ...profile, startTimeoutSeconds: attempt.startTimeoutSeconds };
  return attempt.change === null ? profile : applyChange(profile, attempt.change);
}

function diffOf(attempt: Attempt, profile: Profile): SettingDiff[] {
  if (attempt.startTimeoutSeconds !== undefined) {
    return [
      { setting: "startTimeoutSeconds", before: profile.startTimeoutSeconds, after: attempt.startTimeoutSeconds },
    ];
  }
  return attempt.change === null ? [] : settingsOf(attempt.change).map((setting) => settingDiff(profile, setting));
}

function isEqual(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after === false ? null : after);
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
