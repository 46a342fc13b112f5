import type { Uri } from "vscode";
import type { RunProgress } from "../../../server/src/protocol/runReport.ts";
import type { ConsentRequest } from "../../../server/src/protocol/engine.ts";
import type { CliProcess } from "../engineRoom/cli.ts";
import type { Recovery } from "./recovery.ts";
import type { RunOutcome } from "./runSummary.ts";

/** What came of a session of a run. */
export interface RunEnd {
  exitCode: number | null;
  /** null when the program ended without one: then `words` say why. */
  outcome: RunOutcome | null;
  /** What went wrong, as the program put it. */
  words: string;
  /** The run folder; null when there is none, as far as is known. */
  folder: string | null;
  simulated: boolean;
  /** What a person must confirm before the engine can be started: nothing was. */
  consent: ConsentRequest | null;
  /** The person had asked it to end. */
  isStopping: boolean;
}

/** A run that this window works on. */
export interface BatchRun {
  readonly input: Uri;
  readonly process: Pick<CliProcess, "drain" | "stop">;
  /** null until the engine was found and the folder made. */
  folder: string | null;
  progress: RunProgress | null;
  /** How its engine is started again, from its death until it answers. */
  recovery: Recovery | null;
  /** Said as soon as it is known, and never taken back. */
  simulated: boolean;
  /** The person has asked it to end. */
  isStopping: boolean;
}
