import type { MeasuredCapacity, Profile } from "../../protocol/engine.ts";
import { applyChange } from "../profile/changeProfile.ts";
import { parseProfile } from "../profile/parseProfile.ts";
import { isObject, property, type JsonObject } from "../../util/unknown.ts";
import { settingsText } from "./settings.ts";

/** Where settings were used: what works on one GPU and version may not on another. */
export interface Surroundings {
  model: string;
  /** Names of the GPUs in their order; empty: on the CPU. */
  gpus: readonly string[];
  /** null: not known. */
  vllm: string | null;
  driver: string | null;
}

/** Settings as an engine was started with them. */
export interface StartedEngine extends Surroundings {
  profile: Profile;
  /** ISO 8601. */
  at: string;
}

/** What an engine said of its memory when it became ready. */
export interface MeasuredEngine extends StartedEngine {
  capacity: MeasuredCapacity;
}

/** Settings with which an engine worked stably. */
export interface KnownGood extends StartedEngine {
  capacity: MeasuredCapacity | null;
  ranSeconds: number;
  answers: number;
}

/** The content of `last-known-good.json`, each list with its newest first. */
export interface EngineMemory {
  version: 1;
  /** One per model, GPUs and version. */
  good: readonly KnownGood[];
  /** The last start per model, whatever became of it: what a person compares with. */
  starts: readonly StartedEngine[];
  /** One per model, GPUs, version and settings. */
  measured: readonly MeasuredEngine[];
}

export const emptyMemory: EngineMemory = { version: 1, good: [], starts: [], measured: [] };

const MOST_KEPT = 50;
const STABLE_ANSWERS = 200;
const STABLE_SECONDS = 600;

/** Whether a life of an engine was long enough to call its settings good: 200 answers, or ten minutes with any. */
export function wasStable({ answers, ranSeconds }: Pick<KnownGood, "answers" | "ranSeconds">): boolean {
  return answers >= STABLE_ANSWERS || (answers > 0 && ranSeconds >= STABLE_SECONDS);
}

export function rememberGood(memory: EngineMemory, good: KnownGood): EngineMemory {
  const others = memory.good.filter((other) => keyOf(other) !== keyOf(good));
  return { ...memory, good: [good, ...others].slice(0, MOST_KEPT) };
}

export function rememberStart(memory: EngineMemory, start: StartedEngine): EngineMemory {
  const others = memory.starts.filter(({ model }) => model !== start.model);
  return { ...memory, starts: [start, ...others].slice(0, MOST_KEPT) };
}

export function rememberMeasured(memory: EngineMemory, engine: MeasuredEngine): EngineMemory {
  const others = memory.measured.filter((other) => !hasSameMemory(other, engine));
  return { ...memory, measured: [engine, ...others].slice(0, MOST_KEPT) };
}

/**
 * What an engine with these settings measured here before; null: none has. The length of the context may be another:
 * how much memory is left for the KV cache does not depend on it.
 */
export function measuredBefore(memory: EngineMemory, here: Surroundings, profile: Profile): MeasuredCapacity | null {
  const found = memory.measured.find((other) => hasSameMemory(other, { ...here, profile }));
  if (found === undefined) return null;
  const isSameLength = settingsText(found.profile) === settingsText(profile);
  return isSameLength ? found.capacity : { ...found.capacity, maxModelLen: null, maxConcurrency: null };
}

function hasSameMemory(one: Surroundings & { profile: Profile }, other: Surroundings & { profile: Profile }): boolean {
  return keyOf(one) === keyOf(other) && memorySettings(one.profile) === memorySettings(other.profile);
}

function memorySettings(profile: Profile): string {
  return settingsText({ ...applyChange(profile, { flags: { "max-model-len": null } }), startTimeoutSeconds: 0 });
}

/** The settings that last worked here: same model, GPUs and version. */
export function knownGoodFor(memory: EngineMemory, here: Surroundings): KnownGood | null {
  return memory.good.find((good) => keyOf(good) === keyOf(here)) ?? null;
}

/** The settings that last worked for a model, wherever that was. */
export function latestGood(memory: EngineMemory, model: string): KnownGood | null {
  return memory.good.find((good) => good.model === model) ?? null;
}

/** The last start of a model; of whatever model was started or has worked last when it is null. */
export function latestStart(memory: EngineMemory, model: string | null): StartedEngine | null {
  const starts = [...memory.starts, ...memory.good];
  return starts.find((start) => model === null || start.model === model) ?? null;
}

/** What to go back to: what worked where the last start was, else what worked anywhere. */
export function goodToRestore(memory: EngineMemory, start: StartedEngine): KnownGood | null {
  return knownGoodFor(memory, start) ?? latestGood(memory, start.model);
}

function keyOf({ model, gpus, vllm }: Surroundings): string {
  return JSON.stringify([model, [...gpus].sort(), vllm]);
}

/** Reads the file's text. What is damaged, or from a later version of ours, is left out. */
export function parseMemory(text: string): EngineMemory {
  const value = readJson(text);
  if (property(value, "version") !== 1) return emptyMemory;
  return {
    version: 1,
    good: listOf(property(value, "good"), parseGood),
    starts: listOf(property(value, "starts"), parseStart),
    measured: listOf(property(value, "measured"), parseMeasured),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A memory that cannot be read is no memory; the engine works without.
    return null;
  }
}

function listOf<T>(value: unknown, parse: (item: unknown) => T | null): T[] {
  return Array.isArray(value) ? value.map(parse).filter((item) => item !== null) : [];
}

function parseStart(value: unknown): StartedEngine | null {
  const profile = parseProfile(property(value, "profile"), "last-known-good.json");
  const { model, gpus, vllm, driver, at } = isObject(value) ? value : {};
  if (Array.isArray(profile) || typeof model !== "string" || typeof at !== "string") return null;
  if (!Array.isArray(gpus) || !gpus.every((name) => typeof name === "string")) return null;
  return { model, gpus, vllm: textOrNull(vllm), driver: textOrNull(driver), profile, at };
}

function parseMeasured(value: unknown): MeasuredEngine | null {
  const start = parseStart(value);
  const capacity = property(value, "capacity");
  return start === null || !isObject(capacity) ? null : { ...start, capacity: parseCapacity(capacity) };
}

function parseGood(value: unknown): KnownGood | null {
  const start = parseStart(value);
  const { ranSeconds, answers, capacity } = isObject(value) ? value : {};
  if (start === null || typeof ranSeconds !== "number" || typeof answers !== "number") return null;
  return { ...start, ranSeconds, answers, capacity: isObject(capacity) ? parseCapacity(capacity) : null };
}

function parseCapacity(value: JsonObject): MeasuredCapacity {
  return {
    weightsGiB: numberOrNull(value["weightsGiB"]),
    kvCacheGiB: numberOrNull(value["kvCacheGiB"]),
    kvCacheTokens: numberOrNull(value["kvCacheTokens"]),
    maxModelLen: numberOrNull(value["maxModelLen"]),
    maxConcurrency: numberOrNull(value["maxConcurrency"]),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
