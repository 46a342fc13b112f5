/** How an engine that has died or hung is started again. Pure. */
import { engineCauses, type EngineCause, type SettingDiff } from "../../../server/src/protocol/engine.ts";
import type { RunReport } from "../../../server/src/protocol/runReport.ts";
import { isObject, property } from "../../../server/src/util/unknown.ts";

export type Recovery = Extract<RunReport, { kind: "recovery" }>;

export function parseRecovery(value: unknown): Recovery | null {
  const [number, why, diff] = [property(value, "number"), property(value, "why"), property(value, "diff")];
  if (typeof number !== "number" || typeof why !== "string" || !Array.isArray(diff)) return null;
  const cause: EngineCause = engineCauses.find((one) => one === property(value, "cause")) ?? "unknown";
  return { kind: "recovery", number, cause, why, diff: diff.filter(isDiff) };
}

function isDiff(value: unknown): value is SettingDiff {
  return (
    isObject(value) && typeof value["setting"] === "string" && isSetting(value["before"]) && isSetting(value["after"])
  );
}

function isSetting(value: unknown): value is SettingDiff["after"] {
  if (Array.isArray(value)) return value.every((one) => typeof one === "string");
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
