import type { LogOutputChannel, Memento, Uri } from "vscode";
import type { Cli } from "./engineRoom/cli.ts";
import type { Endpoints } from "./endpoints/endpoints.ts";
import type { BatchFiles } from "./files/batchFiles.ts";
import type { FileStates } from "./files/fileStates.ts";
import type { Language } from "./language/language.ts";
import type { RunProblems } from "./runs/runProblems.ts";
import type { Runs } from "./runs/runs.ts";
import type { ReadOnlyTexts } from "./text/readOnlyTexts.ts";

/** What commands work with. Made once, in extension.ts; each takes the few that it needs. */
export interface Parts {
  readonly cli: Cli;
  readonly endpoints: Endpoints;
  readonly extensionUri: Uri;
  readonly files: BatchFiles;
  readonly language: Language;
  readonly log: LogOutputChannel;
  readonly runProblems: RunProblems;
  readonly runs: Runs;
  readonly states: FileStates;
  readonly texts: ReadOnlyTexts;
  readonly workspaceState: Memento;
}

/** A command of the extension. What it is called with may come from anywhere. */
export type Command = (parts: Parts, args: readonly unknown[]) => Promise<void>;
