import type { EngineAddress, ProcessIdentity, Profile } from "../../protocol/engine.ts";
import { isObject, type JsonObject } from "../../util/unknown.ts";
import type { EngineRecord, ProcessScope } from "./engineRecord.ts";

/** Also the name of a file and part of an environment variable. */
export function isEngineId(id: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(id);
}

/** Reads the text of a record. null: it is none, or of another version of ours. */
export function parseRecord(text: string): EngineRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is EngineRecord & JsonObject {
  return (
    isObject(value) &&
    value["version"] === 1 &&
    isText(value["id"]) &&
    isEngineId(value["id"]) &&
    isScope(value["scope"]) &&
    (value["process"] === null || isIdentity(value["process"])) &&
    Array.isArray(value["members"]) &&
    value["members"].every(isIdentity) &&
    isIdentity(value["owner"]) &&
    isAddress(value["address"]) &&
    isProfile(value["profile"]) &&
    isProfile(value["asked"]) &&
    ["mark", "apiKey", "model", "servedModel", "logFile", "startedAt"].every((key) => isText(value[key])) &&
    Number.isSafeInteger(value["logStart"]) &&
    typeof value["ready"] === "boolean" &&
    typeof value["keep"] === "boolean"
  );
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

function isIdentity(value: unknown): value is ProcessIdentity {
  return isObject(value) && Number.isSafeInteger(value["pid"]) && Number(value["pid"]) > 1 && isText(value["started"]);
}

function isScope(value: unknown): value is ProcessScope {
  return (
    isObject(value) && isText(value["hostname"]) && isTextOrNull(value["boot"]) && isTextOrNull(value["pidNamespace"])
  );
}

function isAddress(value: unknown): value is EngineAddress {
  return isObject(value) && isText(value["url"]) && isTextOrNull(value["socketPath"]);
}

function isProfile(value: unknown): value is Profile {
  return (
    isObject(value) &&
    isText(value["name"]) &&
    (value["engine"] === "vllm" || value["engine"] === "simulator") &&
    ["vllm", "model", "servedModelName"].every((key) => isTextOrNull(value[key])) &&
    isObject(value["flags"]) &&
    Object.values(value["flags"]).every(isFlagValue) &&
    isObject(value["env"]) &&
    Object.values(value["env"]).every(isText) &&
    ["startTimeoutSeconds", "hangSeconds", "maxCrashes"].every((key) => Number.isFinite(value[key]))
  );
}

function isFlagValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isText);
  return isText(value) || typeof value === "boolean" || Number.isFinite(value);
}
