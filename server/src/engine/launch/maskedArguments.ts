import { isSecretSetting } from "../../util/secretSetting.ts";

const MASK = "***";

/** The arguments of an engine for a record: what may be a secret is `***`, whether it follows its flag or a `=`. */
export function maskedArguments(args: readonly string[]): string[] {
  let flag = "";
  return args.map((arg) => {
    const [, name, value] = /^(--[^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) return isSecretSetting(flag, arg) ? MASK : arg;
    flag = name;
    return value !== undefined && isSecretSetting(name, value) ? `${name}=${MASK}` : arg;
  });
}
