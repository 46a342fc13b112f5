import type { FlagValue, Profile, SettingDiff } from "../../protocol/engine.ts";

/** What differs in flags (`--max-num-seqs`) and environment, in the order of the alphabet. `false` is as absent. */
export function diffProfiles(before: Profile, after: Profile): SettingDiff[] {
  return [
    ...diffOf(before.flags, after.flags).map((diff) => ({ ...diff, setting: `--${diff.setting}` })),
    ...diffOf(before.env, after.env),
  ];
}

type Settings = Readonly<Record<string, FlagValue>>;

function diffOf(before: Settings, after: Settings): SettingDiff[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((setting) => ({ setting, before: valueOf(before, setting), after: valueOf(after, setting) }))
    .filter((diff) => JSON.stringify(diff.before) !== JSON.stringify(diff.after));
}

function valueOf(settings: Settings, name: string): FlagValue | null {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  return value === undefined || value === false ? null : value;
}
