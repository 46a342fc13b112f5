import type { FlagValue, SettingDiff } from "../../protocol/engine.ts";
import { isSecretSetting } from "../../util/secretSetting.ts";
import { diffProfiles } from "../profile/diffProfiles.ts";
import type { StartedEngine } from "./lastKnownGood.ts";

/** What is different from the last time that it worked. */
export interface Changes {
  settings: SettingDiff[];
  /** One change each, for a person; empty: nothing has changed. Values that may be secrets are not in it. */
  lines: string[];
}

export function whatChanged(good: StartedEngine, now: StartedEngine): Changes {
  const settings = diffProfiles(good.profile, now.profile).map(masked);
  const lines = [
    changeLine("vLLM", good.vllm, now.vllm),
    changeLine("GPU driver", good.driver, now.driver),
    changeLine("GPUs", good.gpus.join(", ") || "none", now.gpus.join(", ") || "none"),
    changeLine("model", good.model, now.model),
    changeLine("vllm program", good.profile.vllm, now.profile.vllm, "the one that is found"),
    changeLine("engine", good.profile.engine, now.profile.engine),
    ...settings.map(({ setting, before, after }) => changeLine(setting, before, after, "not set")),
  ];
  return { settings, lines: lines.filter((line) => line !== null) };
}

/** Keys are in no output: that one has changed is all that is said. */
function masked(diff: SettingDiff): SettingDiff {
  if (![diff.before, diff.after].some((value) => value !== null && isSecretSetting(diff.setting, value))) return diff;
  const hide = (value: FlagValue | null, word: string) => (value === null ? null : word);
  return { ...diff, before: hide(diff.before, "(one value)"), after: hide(diff.after, "(another value)") };
}

function changeLine(what: string, before: FlagValue | null, after: FlagValue | null, none = "unknown"): string | null {
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  return `${what}: ${before === null ? none : words(before)} → ${after === null ? none : words(after)}`;
}

function words(value: FlagValue): string {
  if (value === true) return "set";
  return Array.isArray(value) ? value.join(" ") : String(value);
}
