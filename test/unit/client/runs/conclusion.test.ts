import { describe, expect, it } from "vitest";
import type { RunEnd } from "../../../../client/src/runs/batchRun.ts";
import { conclusionOf } from "../../../../client/src/runs/conclusion.ts";
import type { RunRecord } from "../../../../client/src/runs/runRecord.ts";
import type { RunOutcome } from "../../../../client/src/runs/runSummary.ts";
import { ExitCode } from "../../../../server/src/protocol/exitCode.ts";

const folder = "/data/a.runs/001-x";
const outcome: RunOutcome = {
  folder,
  status: "completed",
  reason: null,
  simulated: false,
  total: 10,
  completed: 10,
  failed: 0,
  seconds: 1,
};
const record: RunRecord = {
  folder,
  input: "/data/a.jsonl",
  status: "in_progress",
  createdAt: "",
  simulated: false,
  isManaged: false,
  engineUrl: "http://127.0.0.1:8000",
  apiKeyEnv: null,
  total: 10,
  completed: 4,
  failed: 0,
  neverSent: 0,
};
const refused: RunEnd = {
  exitCode: ExitCode.bug,
  outcome: null,
  words: "No.",
  folder: null,
  simulated: false,
  consent: null,
  isStopping: false,
};
const killed: RunEnd = { ...refused, exitCode: null, words: "" };
const answered = (exitCode: number, change: Partial<RunOutcome> = {}): RunEnd => ({
  ...refused,
  exitCode,
  outcome: { ...outcome, ...change },
});

describe("the end of a run with a summary", () => {
  it("leads to its results, and to what failed", () => {
    expect(conclusionOf(answered(ExitCode.ok), 0, record)).toEqual({
      kind: "answered",
      severity: "information",
      acts: ["openResults"],
    });
    expect(conclusionOf(answered(ExitCode.no, { completed: 8, failed: 2 }), 2, record)).toEqual({
      kind: "answered",
      severity: "warning",
      acts: ["openResults", "showFailed", "retryFailed"],
    });
  });

  it("that was stopped can be taken up again", () => {
    expect(conclusionOf(answered(ExitCode.stopped, { status: "paused", completed: 0 }), 0, record)).toMatchObject({
      severity: "warning",
      acts: ["resume"],
    });
  });

  it("of which the engine failed can go on elsewhere, which comes before what can be had later", () => {
    const end = answered(ExitCode.engineFailed, { status: "failed", completed: 5, failed: 1 });
    expect(conclusionOf(end, 1, record)).toEqual({
      kind: "answered",
      severity: "error",
      acts: ["showFailed", "resume", "resumeElsewhere"],
    });
  });

  it("of which our own engine failed shows what that said", () => {
    const end = answered(ExitCode.engineFailed, { status: "failed", completed: 5, failed: 1 });
    const managed = { ...record, isManaged: true };
    expect(conclusionOf(end, 1, managed).acts).toEqual(["showEngineLog", "resume", "resumeElsewhere"]);
    expect(conclusionOf({ ...end, exitCode: ExitCode.stopped }, 1, managed).acts).not.toContain("showEngineLog");
    const unfinished = { ...refused, exitCode: ExitCode.engineFailed, folder };
    expect(conclusionOf(unfinished, 0, managed).acts).toEqual(["showEngineLog", "resume", "resumeElsewhere"]);
  });

  it("that was simulated goes on nowhere else: made-up answers are not mixed with others", () => {
    const end = answered(ExitCode.engineFailed, { status: "failed", completed: 5, simulated: true });
    expect(conclusionOf(end, 0, record).acts).toEqual(["openResults", "resume"]);
  });
});

describe("the end of a run without a summary", () => {
  it("is no error when the person has stopped it before it began", () => {
    const end = { ...refused, exitCode: ExitCode.stopped, isStopping: true };
    expect(conclusionOf(end, 0, null)).toEqual({ kind: "notBegun", severity: "information", acts: [] });
  });

  it("is no error where to stop is to kill, and what was answered can be gone on with", () => {
    const end = { ...killed, folder, isStopping: true };
    expect(conclusionOf(end, 0, record)).toEqual({ kind: "stopped", severity: "information", acts: ["resume"] });
    expect(conclusionOf({ ...end, folder: null }, 0, null).kind).toBe("notBegun");
  });

  it("is told, and can be gone on with, when its process was killed", () => {
    const end = { ...killed, folder };
    expect(conclusionOf(end, 0, record)).toEqual({ kind: "cutShort", severity: "error", acts: ["resume"] });
    expect(conclusionOf(end, 0, { ...record, status: "completed" })).toMatchObject({ kind: "trouble", acts: [] });
  });

  it("offers another engine when the engine is why", () => {
    const end = { ...refused, exitCode: ExitCode.engineFailed };
    expect(conclusionOf(end, 0, null)).toEqual({ kind: "trouble", severity: "error", acts: ["chooseEndpoint"] });
    expect(conclusionOf({ ...end, folder }, 0, record).acts).toEqual(["resume", "resumeElsewhere"]);
    expect(conclusionOf({ ...end, folder, simulated: true }, 0, record).acts).toEqual(["resume"]);
  });

  it("offers none for a retry, which is asked of the engine that the run had", () => {
    const end = { ...refused, exitCode: ExitCode.engineFailed, folder };
    expect(conclusionOf(end, 0, { ...record, status: "completed" }).acts).toEqual([]);
  });

  it.each([ExitCode.unusableInput, ExitCode.usage])("offers no other engine when that is not why (%i)", (exitCode) => {
    expect(conclusionOf({ ...refused, exitCode }, 0, null)).toEqual({ kind: "trouble", severity: "error", acts: [] });
    // Said also when the person wanted it to end just then: it would be so the next time.
    expect(conclusionOf({ ...refused, exitCode, isStopping: true, folder }, 0, record).acts).toEqual([]);
  });

  it("is what the program said when it could not go on", () => {
    expect(conclusionOf(refused, 0, null)).toEqual({ kind: "trouble", severity: "error", acts: [] });
    expect(conclusionOf({ ...refused, folder }, 0, record)).toMatchObject({ kind: "trouble", acts: ["resume"] });
  });
});
