import type { Rung, SettingDiff, Profile } from "../../protocol/engine.ts";
import { applyChange } from "../profile/changeProfile.ts";
import { backoffMs, budgetStart, countedCrashes, MOST_RUNGS } from "./crashBudget.ts";
import { giveUpReason } from "./giveUpReason.ts";
import type { Attempt, Crash, LadderInput, LadderRule, NextStep, Situation } from "./ladderTypes.ts";
import { mayChange } from "./mayChange.ts";
import { ladderRules } from "./rules.ts";
import { unknown } from "./rules/death.ts";
import { settingDiff, settingsOf, settingsText, valueIn } from "./settings.ts";

/**
 * The recovery ladder: what to do about the last crash. Each launch has exactly one setting changed, or none. It ends:
 * within one budget at most `MOST_RUNGS` launches, and only 200 saved answers begin a new one.
 */
export function nextStep(input: LadderInput): NextStep {
  const { crashes, facts } = input;
  const crash = crashes.at(-1);
  if (crash === undefined) return { kind: "giveUp", reason: "Nothing has happened that needs an answer." };
  const tried = rungsOfBudget(input);
  if (crash.explained === true) return launch(crash, input, poisonAttempt);
  const counted = countedCrashes(crashes);
  const { maxCrashes } = crash.profile;
  const stop = (why: string): NextStep => ({ kind: "giveUp", reason: giveUpReason(crash, tried, why) });
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
  return [...rule(situation), ...advised.filter(({ change }) => change !== null), ...(served ? [onward] : [])];
}

function isOpen(attempt: Attempt, situation: Situation, { crashes }: LadderInput, tried: readonly Rung[]): boolean {
  const { profile, diagnosis, facts } = situation;
  const diff = diffOf(attempt, profile);
  const same = tried.filter(
    ({ cause, diff: [change] }) => cause === diagnosis.cause && change?.setting === diff[0]?.setting,
  );
  if (same.length >= (attempt.limit ?? 1)) return false;
  if (attempt.change === null && attempt.startTimeoutSeconds === undefined) return true;
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
  const isSame = rung.diff.length === 0;
  const waitMs = crash.explained === true || !(isSame || crash.wasReady) ? 0 : backoffMs(crashes);
  const wanted = attempt.waitFor ?? "gpuMemory";
  const waitFor = wanted === "gpuMemory" && facts.gpuCount === 0 ? null : wanted;
  return { kind: "launch", profile: changed(attempt, profile), rung, waitMs, waitFor };
}

/** Those that answer crashes of the present budget for which the engine was to blame. */
function rungsOfBudget({ crashes, rungs }: LadderInput): Rung[] {
  const start = budgetStart(crashes);
  return rungs.filter((_, index) => index >= start && crashes[index]?.explained !== true);
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
