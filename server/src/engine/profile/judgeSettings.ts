import type { Flags } from "../../protocol/engine.ts";
import { oppositeFlag } from "./changeProfile.ts";
import { desktopShare } from "./builtInProfiles.ts";
import { refusedFlags, refusedVariable } from "./ownFlags.ts";

/** A field and what is wrong with it. */
export interface SettingFault {
  field: string;
  message: string;
}

/** Long names of vLLM; behind a dot a part of a JSON flag (`compilation-config.mode`). */
const FLAG_NAME = /^[a-z][a-z0-9-]*(?:\.[A-Za-z0-9_.-]+)?$/;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What the schema cannot say about the flags. `basedOnDesktop`: the share of memory has narrower limits. */
export function judgeFlags(flags: Flags, basedOnDesktop: boolean): SettingFault[] {
  return Object.entries(flags).flatMap(([flag, value]) => {
    const message = nameFault(flag) ?? valueFault(flag, value, basedOnDesktop) ?? contradiction(flag, flags);
    return message === null ? [] : [{ field: `flags.${flag}`, message }];
  });
}

/** What the schema cannot say about the environment. */
export function judgeVariables(env: Readonly<Record<string, string>>): SettingFault[] {
  return Object.keys(env).flatMap((name) => {
    const refusal = refusedVariable(name);
    const message = !VARIABLE_NAME.test(name)
      ? "expected the name of an environment variable: letters, digits and underscores."
      : refusal === null
        ? null
        : `${name} ${refusal}`;
    return message === null ? [] : [{ field: `env.${name}`, message }];
  });
}

function nameFault(flag: string): string | null {
  if (!FLAG_NAME.test(flag)) {
    // vLLM takes underscores for dashes; one spelling keeps a flag from standing there twice.
    const [head = "", ...rest] = flag.trim().replace(/^-+/, "").split(".");
    const usual = [head.toLowerCase().replaceAll("_", "-"), ...rest].join(".");
    const advice = FLAG_NAME.test(usual) ? ` Write ${usual}.` : "";
    return `expected the long name of a flag of vLLM, in lower case and without dashes in front.${advice}`;
  }
  const refusal = refusedFlags.get(flag);
  return refusal === undefined ? null : `${flag} ${refusal}`;
}

function valueFault(flag: string, value: Flags[string], basedOnDesktop: boolean): string | null {
  if (typeof value === "number" && !Number.isFinite(value)) return "expected a number that a computer can hold.";
  if (Array.isArray(value) && value.some((item: string) => item.startsWith("-")))
    return "expected texts that do not begin with a dash: vLLM would take them for flags.";
  return flag === "gpu-memory-utilization" ? shareFault(value, basedOnDesktop) : null;
}

function shareFault(value: Flags[string], basedOnDesktop: boolean): string | null {
  const share = typeof value === "string" ? Number(value) : value;
  const isShare = typeof share === "number" && share > 0 && share <= 1;
  if (!isShare) return `expected a share of the GPU's memory, above 0 and up to 1; found ${JSON.stringify(value)}.`;
  const { least, most } = desktopShare;
  if (!basedOnDesktop || (share >= least && share <= most)) return null;
  return `expected ${least} to ${most} for a profile based on desktop; found ${share}. For another, base it on throughput or conservative.`;
}

function contradiction(flag: string, flags: Flags): string | null {
  const opposite = oppositeFlag(flag);
  const isFirst = flag < opposite;
  if (flags[flag] !== true || flags[opposite] !== true || !isFirst) return null;
  return `stands beside ${opposite}. Keep one of the two.`;
}
