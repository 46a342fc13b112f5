import type { FlagValue, Profile, ProfileChange, SettingDiff } from "../../protocol/engine.ts";

/** One setting of an engine: a flag (without dashes) or an environment variable. null: not set. */
export interface Setting {
  kind: "flag" | "env";
  name: string;
  value: FlagValue | null;
}

/** The settings that a change names. */
export function settingsOf(change: ProfileChange): Setting[] {
  const flags = Object.entries(change.flags ?? {}).map(([name, value]) => ({ kind: "flag" as const, name, value }));
  const env = Object.entries(change.env ?? {}).map(([name, value]) => ({ kind: "env" as const, name, value }));
  return [...flags, ...env];
}

/** What a profile says of a setting. A flag that is `false` is absent. */
export function valueIn(profile: Profile, { kind, name }: Pick<Setting, "kind" | "name">): FlagValue | null {
  const values = kind === "flag" ? profile.flags : profile.env;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined || value === false ? null : value;
}

export function settingDiff(profile: Profile, setting: Setting): SettingDiff {
  const shown = setting.kind === "flag" ? `--${setting.name}` : setting.name;
  const after = setting.value === false ? null : setting.value;
  return { setting: shown, before: valueIn(profile, setting), after };
}

/** Two profiles with the same text start the same engine. */
export function settingsText(profile: Profile): string {
  const flags = Object.entries(profile.flags).filter(([, value]) => value !== false);
  const sorted = (entries: [string, FlagValue][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(flags), sorted(Object.entries(profile.env)), profile.startTimeoutSeconds]);
}

/** A flag that holds a number, also as vLLM lets people write it: `32k` is 32,000 and `32K` 32,768. */
export function numberFlag(profile: Profile, name: string): number | null {
  const value = valueIn(profile, { kind: "flag", name });
  if (typeof value === "number") return Number.isFinite(value) && value > 0 ? value : null;
  if (typeof value !== "string") return null;
  const match = /^(\d{1,12}(?:\.\d{1,6})?)([kKmM]?)$/.exec(value.trim());
  if (match === null) return null;
  const factor = { k: 1e3, K: 1024, m: 1e6, M: 1024 ** 2 }[match[2] ?? ""] ?? 1;
  const number = Number(match[1]) * factor;
  return number > 0 ? number : null;
}

export function isOn(profile: Profile, name: string): boolean {
  return valueIn(profile, { kind: "flag", name }) !== null;
}
