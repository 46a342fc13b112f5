/** What is looked at before minutes are spent on a start, and what is found. */
import type { MeasuredCapacity, Profile, ProfileChange } from "../../protocol/engine.ts";
import type { ModelFacts } from "../model/modelFacts.ts";

export interface PreflightFinding {
  /** Dotted, stable, such as `gpu.memory`. */
  code: string;
  /** stop: this start would fail. warn: it may, or something is changed for it. info: good to know. */
  severity: "stop" | "warn" | "info";
  /** For a person, with the numbers and what to do. */
  text: string;
  /** The same as a change of settings, where it is one. */
  change: ProfileChange | null;
}

/** A GPU as far as a start depends on it. null: the tool does not say. */
export interface PreflightGpu {
  index: number;
  uuid: string | null;
  name: string | null;
  totalMiB: number | null;
  freeMiB: number | null;
  /** Such as 8.6, or "8.6". */
  computeCapability: number | string | null;
}

/** Everything but the profile may be unknown; unknown data never stops a start. */
export interface PreflightInput {
  profile: Profile;
  /** Long names of flags that the user set himself: these are not changed without asking. */
  chosenByUser: ReadonlySet<string>;
  model: ModelFacts;
  /** null: they could not be read. Empty: there are none. */
  gpus: readonly PreflightGpu[] | null;
  vllmVersion: string | null;
  /** Environment the engine inherits; the profile's own comes on top. */
  env: Readonly<Record<string, string | undefined>>;
  /** URLs that the batch file asks for; null: not known. */
  endpoints: readonly string[] | null;
  /** What Ollama calls this model; null: not known. */
  ollamaName: string | null;
  /** The batch file, for the commands that are suggested; null: none. */
  file: string | null;
  /** What an engine with these settings said when it ran before. */
  measured: MeasuredCapacity | null;
}

export function finding(
  code: string,
  severity: PreflightFinding["severity"],
  text: string,
  change: ProfileChange | null = null,
): PreflightFinding {
  return { code, severity, text, change };
}

/** Settings that we chose are changed and that is said; the user's own stop the start, with the change offered. */
export function severityOf(input: PreflightInput, flag: string): "stop" | "warn" {
  return input.chosenByUser.has(flag) ? "stop" : "warn";
}
