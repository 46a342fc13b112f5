import type { Profile } from "../protocol/engine.ts";
import type { RecordedProfile } from "../protocol/records.ts";

/** Words of an environment variable's name that say that its value is nobody else's business. */
const SECRET_WORDS = new Set([
  "KEY",
  "APIKEY",
  "TOKEN",
  "SECRET",
  "PASSWORD",
  "PASSWD",
  "PASS",
  "AUTH",
  "COOKIE",
  "CREDENTIALS",
]);
/** `https://user:password@host`, as in the address of a proxy. */
const USER_IN_URL = /:\/\/[^/\s]*@/;
const SECRET_FLAGS: ReadonlySet<string> = new Set(["api-key", "hf-token"]);

/** A profile as the manifest keeps it: what may be a secret is left out. */
export function recordProfile(profile: Profile): RecordedProfile {
  const env = Object.entries(profile.env).map(([name, value]) => [name, isSecret(name, value) ? null : value] as const);
  const flags = Object.entries(profile.flags).filter(([name]) => !SECRET_FLAGS.has(name));
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
  const secretFlags = Object.entries(current?.flags ?? {}).filter(([name]) => SECRET_FLAGS.has(name));
  return { ...recorded, env, flags: { ...recorded.flags, ...Object.fromEntries(secretFlags) } };
}

function isSecret(name: string, value: string): boolean {
  return (
    name
      .toUpperCase()
      .split("_")
      .some((word) => SECRET_WORDS.has(word)) || USER_IN_URL.test(value)
  );
}
