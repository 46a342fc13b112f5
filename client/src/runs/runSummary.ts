/** The `--json` answer of run, resume and retry. Pure. */
import type { RunStatus } from "../../../server/src/protocol/records.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";
import { isRunStatus } from "./parseRunReport.ts";

export interface RunOutcome {
  folder: string;
  status: RunStatus;
  reason: string | null;
  simulated: boolean;
  total: number;
  completed: number;
  failed: number;
  seconds: number;
}

/** null when the program ended without an answer: what it said last is then why. */
export function parseRunOutcome(stdout: string): RunOutcome | null {
  const value = parseJson(stdout);
  const [folder, status, reason] = [property(value, "folder"), property(value, "status"), property(value, "reason")];
  if (typeof folder !== "string" || !isRunStatus(status)) return null;
  const figure = (key: string): number => {
    const found = property(value, key);
    return typeof found === "number" ? found : 0;
  };
  return {
    folder,
    status,
    reason: typeof reason === "string" ? reason : null,
    simulated: property(value, "simulated") === true,
    total: figure("total"),
    completed: figure("completed"),
    failed: figure("failed"),
    seconds: figure("seconds"),
  };
}
