/** The settings of the language server, as any editor may hand them in: nothing is taken on trust. */
import type { Target } from "../batch/endpoints.ts";
import { isObject, property } from "../util/unknown.ts";

export interface LanguageSettings {
  target: Target;
  /** The user's own names: Ollama or other name → model id. */
  modelNames: Readonly<Record<string, string>>;
  /** Codes of problems that are not told. */
  ignoredRules: readonly string[];
  /** Files that are batch files whatever they begin with. */
  include: readonly string[];
  /** Most problems shown of one file. */
  maxProblems: number;
  /** Whether each request shows how long its prompt is. */
  showTokens: boolean;
}

export const defaultSettings: LanguageSettings = {
  target: "vllm",
  modelNames: {},
  ignoredRules: [],
  include: [],
  maxProblems: 1000,
  showTokens: false,
};

const MOST_PROBLEMS = 10_000;

/** Reads the section `vllmBatch` of an editor's settings. What is missing or wrong is as if it were not set. */
export function readSettings(section: unknown): LanguageSettings {
  const validation = property(section, "validation");
  const target = property(validation, "target");
  const max = property(validation, "maxProblems");
  return {
    target: target === "openai" ? "openai" : "vllm",
    modelNames: stringRecord(property(section, "modelNames")),
    ignoredRules: strings(property(validation, "ignoredRules")),
    include: strings(property(property(section, "files"), "include")),
    maxProblems:
      typeof max === "number" && max >= 1 ? Math.min(Math.floor(max), MOST_PROBLEMS) : defaultSettings.maxProblems,
    showTokens: property(property(section, "inlayHints"), "tokens") === true,
  };
}

/** Whether files are judged the same with both. The other settings are looked at when something is shown. */
export function checksAlike(one: LanguageSettings, other: LanguageSettings): boolean {
  const judged = ({ target, modelNames, ignoredRules, include }: LanguageSettings) =>
    JSON.stringify([target, modelNames, ignoredRules, include]);
  return judged(one) === judged(other);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function stringRecord(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, string][] => (typeof item === "string" ? [[key, item]] : [])),
  );
}
