/** What the extension needs to know of a run from its `run.json`. Pure. */
import type { RunStatus } from "../../../server/src/protocol/records.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";
import { isRunStatus } from "./parseRunReport.ts";

export interface RunRecord {
  /** The run folder. */
  folder: string;
  /** The batch file, as it was called when the run began. */
  input: string;
  status: RunStatus;
  createdAt: string;
  simulated: boolean;
  /** The engine was started for it. */
  isManaged: boolean;
  /** Base URL of the engine; of one that was started for the run, one that is gone. */
  engineUrl: string;
  /** Name of the environment variable that holds the key of the engine. */
  apiKeyEnv: string | null;
  total: number;
  completed: number;
  failed: number;
  /** Of those that failed: lines with errors, which no retry sends. */
  neverSent: number;
}

/** null when it is not a manifest. */
export function parseRunRecord(folder: string, text: string): RunRecord | null {
  const manifest = parseJson(text);
  const [input, status] = [property(property(manifest, "input"), "path"), property(manifest, "status")];
  if (typeof input !== "string" || !isRunStatus(status)) return null;
  const engine = property(manifest, "engine");
  const [url, key, createdAt] = [
    property(engine, "url"),
    property(engine, "apiKeyEnv"),
    property(manifest, "createdAt"),
  ];
  const figure = (name: string): number => {
    const count = property(property(manifest, "counts"), name);
    return typeof count === "number" ? count : 0;
  };
  return {
    folder,
    input,
    status,
    createdAt: typeof createdAt === "string" ? createdAt : "",
    simulated: property(engine, "simulated") === true,
    isManaged: property(engine, "kind") === "managed",
    engineUrl: typeof url === "string" ? url : "",
    apiKeyEnv: typeof key === "string" ? key : null,
    total: figure("total"),
    completed: figure("completed"),
    failed: figure("failed"),
    neverSent: neverSentOf(manifest),
  };
}

/** A run of some of the requests leaves lines with errors out, so that they are none of its failures. */
function neverSentOf(manifest: unknown): number {
  const [selection, invalid] = [property(manifest, "selection"), property(property(manifest, "input"), "invalid")];
  const isPart = property(selection, "limit") !== undefined || property(selection, "sample") !== undefined;
  return isPart || typeof invalid !== "number" ? 0 : invalid;
}

/** A run that can go on: it was stopped, its engine failed, or its process was killed. */
export function isUnfinished({ status }: RunRecord): boolean {
  return status !== "completed";
}

/** Requests of it were sent and failed, so that they can be asked again. */
export function mayRetry({ status, failed, neverSent }: RunRecord): boolean {
  return status === "completed" && failed > neverSent;
}
