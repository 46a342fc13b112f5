/** What the end of a session of a run means to the person, and what they can do next. Pure. */
import { ExitCode } from "../../../server/src/protocol/exitCode.ts";
import type { RunEnd } from "./batchRun.ts";
import type { RunOutcome } from "./runSummary.ts";
import { isUnfinished, type RunRecord } from "./runRecord.ts";

export type NextAct =
  "openResults" | "showFailed" | "retryFailed" | "showEngineLog" | "resume" | "resumeElsewhere" | "chooseEndpoint";

export interface Conclusion {
  /** answered: the program gave its summary. notBegun, stopped: by the person. cutShort: killed. trouble: it said why. */
  kind: "answered" | "notBegun" | "stopped" | "cutShort" | "trouble";
  severity: "information" | "warning" | "error";
  /** The most fitting three at most: more do not fit into a notification. */
  acts: readonly NextAct[];
}

/**
 * @param shown how many failures are shown on the lines of the file
 * @param record what the run folder says, where there is one
 */
export function conclusionOf(end: RunEnd, shown: number, record: RunRecord | null): Conclusion {
  return end.outcome === null ? withoutOutcome(end, record) : withOutcome(end, end.outcome, shown, record);
}

function withOutcome({ exitCode }: RunEnd, outcome: RunOutcome, shown: number, record: RunRecord | null): Conclusion {
  const { status, failed, completed, simulated } = outcome;
  const isDone = status === "completed";
  const acts: NextAct[] = [
    ...(completed > 0 ? (["openResults"] as const) : []),
    ...(shown > 0 ? (["showFailed"] as const) : []),
    ...(isDone && shown > 0 ? (["retryFailed"] as const) : []),
    ...(exitCode === ExitCode.engineFailed ? engineLog(record) : []),
    ...(isDone ? [] : (["resume"] as const)),
    ...(!isDone && mayMove(exitCode, simulated) ? (["resumeElsewhere"] as const) : []),
  ];
  const severity = isDone && failed === 0 ? "information" : status === "failed" ? "error" : "warning";
  return { kind: "answered", severity, acts: acts.slice(-3) };
}

function withoutOutcome({ exitCode, words, isStopping, simulated }: RunEnd, record: RunRecord | null): Conclusion {
  const mayResume = record !== null && isUnfinished(record);
  const resume: NextAct[] = mayResume ? ["resume"] : [];
  // Where there are no signals, and where it does not react in time, a process that is to stop is killed.
  if (exitCode === ExitCode.stopped || (isStopping && exitCode === null)) {
    return { kind: mayResume ? "stopped" : "notBegun", severity: "information", acts: resume };
  }
  switch (exitCode) {
    case ExitCode.engineFailed: {
      const elsewhere: NextAct[] = mayResume && mayMove(exitCode, simulated) ? ["resumeElsewhere"] : [];
      // Another endpoint is for new runs only.
      const acts: NextAct[] = record === null ? ["chooseEndpoint"] : [...engineLog(record), ...resume, ...elsewhere];
      return { kind: "trouble", severity: "error", acts };
    }
    // The file, the folder or a setting must be put right first: neither another engine nor another try helps.
    case ExitCode.unusableInput:
    case ExitCode.usage:
      return { kind: "trouble", severity: "error", acts: [] };
    default:
      return { kind: words === "" && mayResume ? "cutShort" : "trouble", severity: "error", acts: resume };
  }
}

/** What an engine said is kept with the run that it was started for. */
function engineLog(record: RunRecord | null): NextAct[] {
  return record?.isManaged === true ? ["showEngineLog"] : [];
}

/** Real answers are not to be mixed with made-up ones. */
function mayMove(exitCode: number | null, simulated: boolean): boolean {
  return exitCode === ExitCode.engineFailed && !simulated;
}
