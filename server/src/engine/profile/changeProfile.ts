import type { FlagValue, Profile, ProfileChange } from "../../protocol/engine.ts";

/** The other spelling of a switch: `enforce-eager` for `no-enforce-eager` and the other way round. */
export function oppositeFlag(flag: string): string {
  return flag.startsWith("no-") ? flag.slice("no-".length) : `no-${flag}`;
}

/** The profile with these settings changed; null takes one away. A switch and its `no-` form never stand together. */
export function applyChange(profile: Profile, change: ProfileChange): Profile {
  const flags = new Map<string, FlagValue>(Object.entries(profile.flags));
  for (const [flag, value] of Object.entries(change.flags ?? {})) {
    if (value === null) flags.delete(flag);
    else {
      flags.set(flag, value);
      if (value === true) flags.delete(oppositeFlag(flag));
    }
  }
  const env = new Map(Object.entries(profile.env));
  for (const [name, value] of Object.entries(change.env ?? {})) {
    if (value === null) env.delete(name);
    else env.set(name, value);
  }
  return { ...profile, flags: Object.fromEntries(flags), env: Object.fromEntries(env) };
}
