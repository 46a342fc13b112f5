import type { Profile } from "../protocol/engine.ts";
import type { RecordedProfile } from "../protocol/records.ts";
import { isSecretSetting } from "../util/secretSetting.ts";

/** A profile as the manifest keeps it: what may be a secret is left out. */
export function recordProfile(profile: Profile): RecordedProfile {
  const env = Object.entries(profile.env).map(
    ([name, value]) => [name, isSecretSetting(name, value) ? null : value] as const,
  );
  const flags = Object.entries(profile.flags).filter(([name, value]) => !isSecretSetting(name, value));
  return { ...profile, env: Object.fromEntries(env), flags: Object.fromEntries(flags) };
}

/**
 * The profile that was recorded, with the secrets of the one that has its name now.
 * @param current null: there is none any more. A secret that nobody has is left out; the environment may have it.
 */
export function restoreProfile(recorded: RecordedProfile, current: Profile | null): Profile {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(recorded.env)) {
    const known = value ?? current?.env[name];
    if (known !== undefined) env[name] = known;
  }
  const secretFlags = Object.entries(current?.flags ?? {}).filter(([name, value]) => isSecretSetting(name, value));
  return { ...recorded, env, flags: { ...recorded.flags, ...Object.fromEntries(secretFlags) } };
}
