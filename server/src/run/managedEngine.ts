/** What a run needs of an engine that somebody else starts, watches, restarts and, at last, gives up. */
import type { EngineAddress, EngineEvent, Profile, StartProgress } from "../protocol/engine.ts";
import type { GpuNow } from "../protocol/gpu.ts";
import type { RecordedProfile } from "../protocol/records.ts";

/** What an engine is for, as far as that is known when it is started. */
export interface EngineWork {
  /** The name by which the requests ask for their model; null when they name none. */
  model: string | null;
  /** The batch file; null: there is none yet. */
  file: string | null;
  /** What the first request that names a model asks for, such as `/v1/chat/completions`; null: not known. */
  url: string | null;
}

/** What is to be started for a run. */
export interface EngineOrder {
  /** Name of a profile, or path of its file. */
  profile: string;
  /**
   * Of a resumed run: the settings with which it last answered, which go before those of the profile's file. They come
   * from a file as well: whoever executes what they say asks for consent as for a profile's.
   */
  recorded: RecordedProfile | null;
  work: EngineWork;
  /** Leave it running when the run has ended. */
  keep: boolean;
  /** Each line of its log, from the first of its first start on. */
  onLine: (line: string) => void;
  onEvent: (event: EngineEvent) => void;
  /** Asks to give up what `StartEngine` is still about. An engine that has been handed over is ended by `release`. */
  signal: AbortSignal;
}

/**
 * Starts an engine. Resolves when its first start is under way: it need not answer yet. Throws what a person has to be
 * told when it cannot be tried at all (no such profile, no program, no consent, what cannot fit); then nothing runs.
 */
export type StartEngine = (order: EngineOrder) => Promise<ManagedEngine>;

export interface ManagedEngine {
  /** Where it listens, or will; may change with a restart. The same object until it does. */
  readonly address: EngineAddress;
  readonly apiKey: string | null;
  /** The settings that it was started with, before any were changed to recover. */
  readonly profile: Profile;
  /** The settings that it has now. The same object until it is started with others. */
  readonly currentProfile: Profile;
  /** null while it is not known. */
  readonly version: string | null;
  /** The names by which it can be asked. */
  readonly servedModels: readonly string[];
  /**
   * Why nothing can be sent now, in words that fit behind `Waiting for the engine: ` ("it loads the weights, 3 of 8",
   * "it ended with SIGKILL; it is started again in 4 s"); null when it answers. From the moment in which this is set,
   * nothing that was sent before will be answered.
   */
  readonly notReady: string | null;
  /** How far a start has come; null when none is under way. */
  readonly startProgress: StartProgress | null;
  /** The GPUs of this machine while it runs; null: there is none, or none was read yet. */
  readonly gpuNow: GpuNow | null;
  /**
   * The longest request that it takes, prompt and answer, in tokens: as its settings say until it has said so itself;
   * null: not known.
   */
  readonly longestRequest: number | null;
  /** It is given up: why, in whole sentences for a person, with what to do. Then `notReady` is not null. */
  readonly failure: string | null;
  /** Is called after each change of the above. */
  onChange: (() => void) | null;

  /** The longest request that is known so far needs so many tokens. What is tried to recover leaves it as many. */
  needs(tokens: number): void;
  /** So many more answers are on disk. */
  answersSaved(count: number): void;
  /** So many requests of the run are in its hands now. */
  inFlight(count: number): void;
  /**
   * From now on (or no longer) only such requests are in flight as are suspected of killing engines: a crash is what
   * the run wants to know, and speaks against them. Such crashes come to an end by themselves.
   */
  isolating(on: boolean): void;
  /** A request was found out that kills engines: the crashes since `isolating`, and those before it, were its doing. */
  explained(): void;

  /** Ends it, or leaves it running if it is to be kept. Resolves when that is done. Throws when it cannot be ended. */
  release(): Promise<void>;
}
