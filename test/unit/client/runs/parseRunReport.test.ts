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

  it("takes figures for 0 that are none, and an unknown status for one under way", () => {
    const line = '{"kind":"progress","total":"ten","status":"dancing","etaSeconds":"soon","notice":5}';
    expect(parseRunReport(line)).toMatchObject({ total: 0, status: "in_progress", etaSeconds: null, notice: null });
  });
});
