import type { EngineAddress, ProcessIdentity, Profile } from "../../protocol/engine.ts";

/** Where process ids mean what a record says: a state folder may be on a network share, or mounted into a container. */
export interface ProcessScope {
  hostname: string;
  /** Changes with each boot of the machine; null where the system has no such id. */
  boot: string | null;
  /** The namespace of process ids; null where the system has none. */
  pidNamespace: string | null;
}

/** What is known on disk of an engine of ours, so that a later life of ours can find it. Holds its key: mode 0600. */
export interface EngineRecord {
  version: 1;
  /** Lower-case letters, digits and dashes; the name of the file. */
  id: string;
  /** In the environment of this engine, and of no other: an id may be used again, or in another state folder. */
  mark: string;
  scope: ProcessScope;
  /** null: written before the process was started; it is then found by its environment. */
  process: ProcessIdentity | null;
  /** All that was seen to belong to it. */
  members: ProcessIdentity[];
  /** The process of ours that looks after it. */
  owner: ProcessIdentity;
  address: EngineAddress;
  apiKey: string;
  /** The settings that it was started with. */
  profile: Profile;
  /** Those that were asked for, before any were changed for what was free on the GPU, or to recover. */
  asked: Profile;
  model: string;
  servedModel: string;
  logFile: string;
  /** Where in the log file its life begins, in bytes. */
  logStart: number;
  /** ISO 8601. */
  startedAt: string;
  ready: boolean;
  /** It is meant to outlive its owner. */
  keep: boolean;
}

/** What the caller knows of an engine before it is started. */
export type EngineDescription = Pick<
  EngineRecord,
  "id" | "address" | "apiKey" | "profile" | "asked" | "model" | "servedModel" | "logFile" | "keep"
>;
