import type { Flags, Profile } from "../../protocol/engine.ts";
import { isObject, property } from "../../util/unknown.ts";
import validateProfile from "../generated/validateProfile.js";
import { builtInProfile, profileDefaults } from "./builtInProfiles.ts";
import { applyChange } from "./changeProfile.ts";
import { explainSchema } from "./explainSchema.ts";
import { judgeFlags, judgeVariables } from "./judgeSettings.ts";
import type { ProfileProblem } from "./profileProblem.ts";

/** What a profile file may say, once the schema has passed it. */
interface ProfileText extends Partial<Omit<Profile, "flags" | "env">> {
  basedOn?: string;
  flags?: Flags;
  env?: Readonly<Record<string, string>>;
}

/**
 * Reads what stands in a profile file or a setting, and fills in what it leaves out: from the built-in profile that it
 * names as `basedOn`, or from the defaults. `fallbackName` is for a profile without a name. Wrong: all its problems.
 */
export function parseProfile(value: unknown, source: string, fallbackName = "unnamed"): Profile | ProfileProblem[] {
  if (!passes(value)) return explainSchema(validateProfile.errors ?? [], value, source);
  const faults = [...judgeFlags(value.flags ?? {}, value.basedOn === "desktop"), ...judgeVariables(value.env ?? {})];
  if (faults.length > 0) return faults.map((fault) => ({ source, ...fault }));
  return complete(value, fallbackName);
}

/** Names of the flags and variables that the text of a profile sets itself, in contrast to our defaults. */
export function settingsChosenBy(value: unknown): ReadonlySet<string> {
  const names = [property(value, "flags"), property(value, "env")].filter(isObject).flatMap(Object.keys);
  return new Set(names);
}

function passes(value: unknown): value is ProfileText {
  return validateProfile(value);
}

function hasOwnCacheSize(flags: Flags): boolean {
  return Object.hasOwn(flags, "kv-cache-memory-bytes");
}

/** On the CPU build this variable wins over the flag (vLLM 0.32, platforms/cpu.py): ours must not undo what is chosen. */
function withoutCacheSize({ VLLM_CPU_KVCACHE_SPACE: _, ...env }: Profile["env"]): Profile["env"] {
  return env;
}

function complete(text: ProfileText, fallbackName: string): Profile {
  const { basedOn, flags = {}, env = {}, name = fallbackName } = text;
  const base = { ...profileDefaults, ...(basedOn === undefined ? {} : builtInProfile(basedOn)) };
  return applyChange(
    {
      name,
      engine: text.engine ?? base.engine,
      vllm: text.vllm ?? null,
      model: text.model ?? null,
      servedModelName: text.servedModelName ?? null,
      flags: base.flags,
      env: hasOwnCacheSize(flags) ? withoutCacheSize(base.env) : base.env,
      startTimeoutSeconds: text.startTimeoutSeconds ?? base.startTimeoutSeconds,
      hangSeconds: text.hangSeconds ?? base.hangSeconds,
      maxCrashes: text.maxCrashes ?? base.maxCrashes,
    },
    { flags, env },
  );
}
