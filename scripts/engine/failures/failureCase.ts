import type { EngineCause, FactValue } from "../../../server/src/protocol/engine.ts";
import type { InstalledEngine } from "../install.ts";
import type { ProcessGroup } from "../processGroup.ts";
import type { VllmFlags } from "../vllmCommand.ts";

/** What a case has to build upon. */
export interface Scene {
  /** An empty folder of this case alone; removed afterwards. */
  readonly folder: string;
  readonly port: number;
  readonly installed: InstalledEngine;
}

/** How `vllm serve` is started: what is left out is as in every start of ours. */
export interface Launch {
  /** Folder or repository; `tiny` if not given. */
  model?: string;
  /** On top of the usual flags; `false` takes one of those away. */
  flags?: VllmFlags;
  /** Arguments as they are, after the flags. */
  args?: readonly string[];
  /** On top of the usual environment; null takes a variable away. */
  env?: Readonly<Record<string, string | null>>;
  /** A program and its arguments that the whole command is given to: `unshare`, a shell. */
  wrapper?: readonly string[];
  /** Instead of `vllm serve …`, all of it. */
  command?: readonly string[];
  /** Undoes what was prepared. */
  dispose?: () => Promise<void>;
}

/** An engine that is being started, or serves. */
export interface StartedEngine {
  readonly group: ProcessGroup;
  readonly url: string;
  /** Resolves when the log holds this text; false when the engine ends first. */
  logged(text: string): Promise<boolean>;
  ready(): Promise<boolean>;
  /** Sends requests and does not wait for their answers, which may never come. */
  sendRequests(count: number): void;
}

/** One way in which a start or a serving engine fails, and what a diagnosis should make of its log. */
export interface FailureCase {
  name: string;
  cause: EngineCause;
  phase: "start" | "run" | "stop";
  /** What a good tool would say or change. */
  remedy: string;
  /** Values that stand in the text; a pattern's first group is read from the transcript. */
  facts?: Readonly<Record<string, FactValue | RegExp>>;
  alsoAccept?: readonly EngineCause[];
  tricky?: string;
  /** We asked for the stop. */
  stopRequested?: boolean;
  prepare?: (scene: Scene) => Promise<Launch> | Launch;
  /** What befalls the engine. Without it, the case waits for the engine's end by itself. */
  befall?: (engine: StartedEngine) => Promise<void>;
  /** The transcript ends while the engine still runs. */
  stillRuns?: boolean;
}
