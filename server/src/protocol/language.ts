/** What our editor extension and our language server say to each other beyond LSP. Other editors need none of it. */
import type { ProblemCounts } from "./problem.ts";

/** Commands that the extension has, and of which the server makes actions and lenses. */
export const clientCommands = {
  run: "vllmBatch.run",
  replaceModelNames: "vllmBatch.replaceModelNames",
  addModelName: "vllmBatch.addModelName",
  ignoreRule: "vllmBatch.ignoreRule",
  showAllProblems: "vllmBatch.showAllProblems",
  retryRequest: "vllmBatch.retryRequest",
  openResponse: "vllmBatch.openResponse",
  excludeRequest: "vllmBatch.excludeRequest",
} as const;

/**
 * Flags of Node with which an editor should start the server: the two or three copies that a document of 45 MB goes
 * through on its way in are collected soon, and young objects get 8 MB. Without them the process takes up to 460 MB for
 * such a document, with them about 260 (Node 24, seen); the time is the same. They must be given at the start.
 */
export const languageServerNodeFlags: readonly string[] = ["--heap-growing-percent=20", "--max-semi-space-size=8"];

/** Options that the extension sends with `initialize`; another editor may leave them all out. */
export interface InitializationOptions {
  /** Whether the commands above exist. */
  clientCommands?: boolean;
  /** Address of the folder with a page on each problem code, with a slash at its end. */
  problemPages?: string;
  /** The section `vllmBatch` of the settings, for editors that do not answer `workspace/configuration`. */
  settings?: unknown;
}

/** Server → client, notification: what is known of an open file, for status and menus. */
export const stateMethod = "vllmBatch/state";
export interface FileState {
  uri: string;
  kind: "batch" | "results" | "other";
  /** Still being read. */
  busy: boolean;
  requests: number;
  invalid: number;
  counts: ProblemCounts;
  safelyFixable: number;
  /** Requests by model; the most frequent first, at most 100. */
  models: readonly { name: string; requests: number }[];
  /** Checked from disk, since it is too large for an editor or not open. */
  onDisk: boolean;
}

/** Client → server, request: what is known of an open file once all of it is read. Answer: FileState; null: not open. */
export const wholeStateMethod = "vllmBatch/wholeState";
export interface WholeStateParams {
  uri: string;
}

/** Client → server, request: check a file that is not open, or too large to be. Problems are published by its address. */
export const checkOnDiskMethod = "vllmBatch/checkOnDisk";
export interface OnDiskParams {
  uri: string;
  /** Where the server tells how far it is (LSP 3.17, Work Done Progress). */
  workDoneToken?: string | number;
}

/** Client → server, request: how a file on disk would be mended, and mend it. Answer: MendedOnDisk. */
export const fixOnDiskMethod = "vllmBatch/fixOnDisk";
export interface FixOnDiskParams {
  uri: string;
  /** null: only count what would be done, write nothing. Else the address of the copy made before. */
  backup: string | null;
  workDoneToken?: string | number;
}
export interface MendedOnDisk {
  changedLines: number;
  applied: Readonly<Record<string, number>>;
  left: Readonly<Record<string, number>>;
}

/** Client → server, request: the edit that gives all requests of one model another. Answer: ReplaceModelAnswer. */
export const replaceModelMethod = "vllmBatch/replaceModel";
export interface ReplaceModelParams {
  uri: string;
  from: string;
  to: string;
}
/** null: no batch file that is open, or one that is an array. `edit` is a WorkspaceEdit (LSP 3.17). */
export type ReplaceModelAnswer = { edit: unknown } | null;

/** Client → server, notification: names of the models that an engine at hand serves, for completion. */
export const servedModelsMethod = "vllmBatch/servedModels";
export interface ServedModelsParams {
  models: readonly string[];
}

/** Client → server, notification: the newest run of a file, to which its ids are linked. */
export const lastRunMethod = "vllmBatch/lastRun";
export interface LastRunParams {
  uri: string;
  /** The run folder, as an address. */
  run: string;
}

/** Client → server, notification: requests of a file that failed in a run; replaces what was said of it before. */
export const failuresMethod = "vllmBatch/failures";
export interface FailuresParams {
  uri: string;
  /** The run folder. */
  run: string;
  /** Its answers were made up, which is said wherever it is spoken of. */
  simulated: boolean;
  failures: readonly RunFailure[];
}
export interface RunFailure {
  customId: string;
  /** Of the batch file as it was run, from 1. */
  line: number;
  code: string;
  message: string;
}

/** Client → server, request: every problem of a file, open or not, as text for a person. OnDiskParams; answer: string. */
export const allProblemsMethod = "vllmBatch/allProblems";
