import { describe, expect, it } from "vitest";
import { parseRunReport } from "../../../../client/src/runs/parseRunReport.ts";

describe("a line that a run tells", () => {
  it("is a folder, a message or progress", () => {
    expect(parseRunReport('{"kind":"folder","folder":"/a/001","simulated":true}')).toEqual({
      kind: "folder",
      folder: "/a/001",
      simulated: true,
    });
    expect(parseRunReport('{"kind":"message","text":"Waiting."}')).toEqual({ kind: "message", text: "Waiting." });
    const progress = { total: 10, completed: 4, failed: 1, status: "in_progress", etaSeconds: 3, notice: "Away." };
    expect(parseRunReport(JSON.stringify({ kind: "progress", ...progress }))).toMatchObject({
      kind: "progress",
      ...progress,
      simulated: false,
      inFlight: 0,
    });
  });

  it.each([
    "The engine cannot be used.",
    "{ not JSON",
    '{"kind":"folder"}',
    '{"kind":"message","text":7}',
    '{"kind":"other"}',
    "null",
  ])("is words, whatever else it is: %s", (line) => {
    expect(parseRunReport(line)).toEqual({ kind: "words", text: line });
  });

  it("knows how far the start of an engine is, and takes a phase of tomorrow for none", () => {
    const line = (engineStart: unknown) => JSON.stringify({ kind: "progress", engineStart });
    const start = { phase: "loading", done: 3, total: 8 };
    expect(parseRunReport(line(start))).toMatchObject({ engineStart: start });
    const vague = { phase: "compiling", done: null, total: "many" };
    expect(parseRunReport(line(vague))).toMatchObject({ engineStart: { phase: "compiling", done: null, total: null } });
    for (const other of [{ ...start, phase: "dreaming" }, null, "loading"]) {
      expect(parseRunReport(line(other))).not.toHaveProperty("engineStart");
    }
  });

  it("is a recovery, with what is changed", () => {
    const diff = [{ setting: "--max-num-seqs", before: null, after: 128 }];
    const recovery = { kind: "recovery", number: 1, cause: "gpu_oom_runtime", why: "Half as many", diff };
    expect(parseRunReport(JSON.stringify(recovery))).toEqual(recovery);
    const strange = { ...recovery, cause: "aliens", diff: [...diff, 7, { setting: "--x", before: {}, after: 1 }] };
    expect(parseRunReport(JSON.stringify(strange))).toEqual({ ...recovery, cause: "unknown" });
  });

  it("is what a person must confirm, if all of it can be shown", () => {
    const parts = [{ kind: "variable", text: "LD_PRELOAD=/x.so" }];
    const consent = { kind: "consent", path: "/p.json", hash: "ab", parts };
    expect(parseRunReport(JSON.stringify(consent))).toEqual(consent);
    for (const part of [7, { kind: "spell", text: "x" }, { kind: "flag" }]) {
      const line = JSON.stringify({ ...consent, parts: [...parts, part] });
      expect(parseRunReport(line)).toEqual({ kind: "words", text: line });
    }
  });

  it("takes figures for 0 that are none, and an unknown status for one under way", () => {
    const line = '{"kind":"progress","total":"ten","status":"dancing","etaSeconds":"soon","notice":5}';
    expect(parseRunReport(line)).toMatchObject({ total: 0, status: "in_progress", etaSeconds: null, notice: null });
  });
});
