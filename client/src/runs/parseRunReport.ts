/** What a run tells on stderr (`--progress json`), line by line: nothing is taken on trust. Pure. */
import { startPhases, type StartProgress } from "../../../server/src/protocol/engine.ts";
import type { RunReport } from "../../../server/src/protocol/runReport.ts";
import type { RunStatus } from "../../../server/src/protocol/records.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";
import { parseConsent } from "./consent.ts";
import { parseRecovery } from "./recovery.ts";

/** Anything that is no report is what went wrong, in words. */
export type RunLine = RunReport | { kind: "words"; text: string };

export function parseRunReport(line: string): RunLine {
  // Most other lines are no JSON, and to find that out by an error takes long.
  const value = line.startsWith("{") ? parseJson(line) : undefined;
  const kind = property(value, "kind");
  const [folder, text] = [property(value, "folder"), property(value, "text")];
  if (kind === "folder" && typeof folder === "string") {
    return { kind, folder, simulated: property(value, "simulated") === true };
  }
  if (kind === "message" && typeof text === "string") return { kind, text };
  if (kind === "progress") return progressOf(value);
  const told = kind === "recovery" ? parseRecovery(value) : kind === "consent" ? parseConsent(value) : null;
  return told ?? { kind: "words", text: line };
}

function progressOf(value: unknown): RunReport {
  const figure = (key: string): number => {
    const found = property(value, key);
    return typeof found === "number" && Number.isFinite(found) ? found : 0;
  };
  const [status, notice, eta] = [property(value, "status"), property(value, "notice"), property(value, "etaSeconds")];
  return {
    kind: "progress",
    status: isRunStatus(status) ? status : "in_progress",
    notice: typeof notice === "string" ? notice : null,
    ...engineStartOf(property(value, "engineStart")),
    simulated: property(value, "simulated") === true,
    total: figure("total"),
    completed: figure("completed"),
    failed: figure("failed"),
    inFlight: figure("inFlight"),
    inFlightLimit: figure("inFlightLimit"),
    retried: figure("retried"),
    engineRestarts: figure("engineRestarts"),
    requestsPerSecond: figure("requestsPerSecond"),
    tokensPerSecond: figure("tokensPerSecond"),
    etaSeconds: typeof eta === "number" ? eta : null,
  };
}

function engineStartOf(value: unknown): { engineStart?: StartProgress } {
  const phase = startPhases.find((one) => one === property(value, "phase"));
  if (phase === undefined) return {};
  const [done, total] = [property(value, "done"), property(value, "total")];
  const count = (figure: unknown): number | null => (typeof figure === "number" ? figure : null);
  return { engineStart: { phase, done: count(done), total: count(total) } };
}

const statuses: Readonly<Record<RunStatus, true>> = {
  validating: true,
  queued: true,
  in_progress: true,
  paused: true,
  finalizing: true,
  completed: true,
  failed: true,
  cancelling: true,
  cancelled: true,
};

export function isRunStatus(value: unknown): value is RunStatus {
  return typeof value === "string" && Object.hasOwn(statuses, value);
}
