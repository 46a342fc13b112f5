import type { ExitFacts, ProcessIdentity } from "../../protocol/engine.ts";

export interface StopOptions {
  /** How long TERM may take before KILL. 0: KILL at once. */
  graceMs: number;
}

/** An engine that runs, or did: one that we started, or one that an earlier life of ours left behind. */
export interface EngineProcess {
  /** Of the process that we started: leader of a session and process group of its own. */
  readonly identity: ProcessIdentity;
  /** Everything that it and its children print. */
  readonly logFile: string;
  /** Where in it this life begins, in bytes. */
  readonly logStart: number;
  /** Why the log can no longer be read or rotated, for a person; null: all is well. */
  readonly logFault: string | null;
  /**
   * How the process that we started ended, once its log has been read to there. Others that belong to it may live on.
   * One that was adopted is no child of ours: how it ended cannot be known, and both facts are null.
   */
  readonly exited: Promise<ExitFacts>;
  /**
   * Everything alive that belongs to it: its process group, its session, what these started, and what was found so
   * earlier, whose parents may be gone by now. Each call remembers what it finds.
   */
  members(): Promise<ProcessIdentity[]>;
  /** The last lines of the log (2,000 at most), oldest first. */
  lastLines(count: number): readonly string[];
  /**
   * Whole lines of the log, without CR and colours, at most 100 ms after they were written. Those that were read before
   * (2,000 at most) are told at once. Returns how to hear no more.
   */
  listen(listener: (line: string) => void): () => void;
  /** What this life has printed, or the last 4 MiB of it, for a diagnosis. */
  transcript(): Promise<string>;
  /**
   * TERM to all that belongs to it, KILL to what is left after `graceMs`, and a check that nobody is. Callers share one
   * outcome; a later one with less patience shortens the wait. Rejects when somebody is still alive after KILL.
   */
  stop(options: StopOptions): Promise<void>;
  /** Lets it live on after us: we no longer read its log nor wait for its end. */
  letGo(): void;
}

/** In the environment of an engine and of what it starts: a text that no other engine has. */
export const MARK_VARIABLE = "VLLM_BATCH_ENGINE_ID";
