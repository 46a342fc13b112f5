import type { Overrides, RecordedProfile, RunOptions, Selection } from "../protocol/records.ts";

/** Where answers are to come from. */
export type EngineChoice =
  | AttachedChoice
  /** Our own stand-in, started as a child. `timeline`: a file with faults to play. */
  | { kind: "simulator"; timeline: string | null }
  | ManagedChoice;

/** A server that somebody else has started. */
export interface AttachedChoice {
  kind: "attached";
  url: string;
  apiKeyEnv: string | null;
  /** Send the server's own name for a model that the file calls by another. Else such a file is refused. */
  mapModels?: boolean;
}

/** An engine that is started for the run. */
export interface ManagedChoice {
  kind: "managed";
  /** Name of a profile, or path of its file. */
  profile: string;
  /** For a run that goes on: the settings that have answered last. */
  recorded: RecordedProfile | null;
  /** Leave it running at the end. */
  keep: boolean;
}

export interface StartOptions {
  /** The batch file. */
  input: string;
  engine: EngineChoice;
  /** The run folder itself; null: the next number beside the batch file. */
  out: string | null;
  selection: Selection;
  overrides: Overrides;
  options: RunOptions;
  /** Refuse a file with errors instead of leaving those lines out. */
  strict: boolean;
}

export const defaultRunOptions: RunOptions = {
  inFlight: null,
  order: "file",
  failUnder: 100,
  inputOrder: false,
  maxAttempts: 5,
  requestTimeoutMs: 30 * 60_000,
  giveUpAfterMs: 30 * 60_000,
};

/** How long a run that has not begun waits for its engine: long enough for one that is just opening its port. */
export const FIRST_CONTACT_MS = 10_000;
