import type { Profile } from "../../protocol/engine.ts";

/**
 * Where a profile comes from. The user's own folder and what we bring are the person's own choice; any other file may
 * have come with a cloned repository.
 */
export type ProfileSource = { kind: "builtIn" } | { kind: "user"; path: string } | { kind: "file"; path: string };

export interface LoadedProfile {
  profile: Profile;
  source: ProfileSource;
  /** Names of the flags and variables that a person wrote down, in contrast to our defaults. */
  chosen: ReadonlySet<string>;
}

export function sourceText(source: ProfileSource): string {
  return source.kind === "builtIn" ? "built in" : source.path;
}
