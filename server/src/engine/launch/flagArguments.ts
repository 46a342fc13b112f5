import type { Flags, FlagValue } from "../../protocol/engine.ts";

/** The arguments of `vllm serve` for these flags. `false` is absent. */
export function flagArguments(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([flag, value]) => argumentsOf(`--${flag}`, value));
}

function argumentsOf(option: string, value: FlagValue): string[] {
  if (value === false) return [];
  if (value === true) return [option];
  if (typeof value === "object") return [option, ...value];
  const text = String(value);
  // A value that begins with a dash would be taken for the next flag: `-1`, and what somebody hid behind a value.
  return text.startsWith("-") ? [`${option}=${text}`] : [option, text];
}
