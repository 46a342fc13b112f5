import { describe, expect, it } from "vitest";
import { progressBar, progressLine } from "../../../server/src/cli/progress.ts";
import type { RunProgress } from "../../../server/src/protocol/runReport.ts";

const snapshot: RunProgress = {
  status: "in_progress",
  notice: null,
  simulated: false,
  total: 1000,
  completed: 420,
  failed: 3,
  inFlight: 64,
  inFlightLimit: 80,
  retried: 0,
  engineRestarts: 0,
  requestsPerSecond: 13.44,
  tokensPerSecond: 1234.5,
  etaSeconds: 43,
};

describe("progressBar", () => {
  it("shows the GPU at the end, where there is one", () => {
    const figures = { index: 0, usedMiB: 1024, totalMiB: 2048, utilizationPercent: 50, temperatureC: 40, powerW: 30 };
    const gpu = { gpus: [figures], fault: null };
    expect(progressLine({ ...snapshot, gpu })).toMatch(/ETA 43s · GPU 1.0\/2.0 GiB 50 % 40 °C 30 W$/);
  });
  it("shows done, failed, in flight, rates and the time left", () => {
    expect(progressBar(snapshot, 120)).toBe(
      "████████████▋░░░░░░░░░░░░░░░░░  42% 423/1000 · 3 failed · 64 in flight · 13.4 req/s · 1235 tok/s · ETA 43s",
    );
  });
  it.each([20, 40, 60, 80, 100, 200])("fits into %i columns", (columns) => {
    expect(progressBar(snapshot, columns).length).toBeLessThan(columns);
    expect(progressBar({ ...snapshot, notice: "x".repeat(300) }, columns).length).toBeLessThan(columns);
  });
  it("says why it waits, instead of rates", () => {
    const waiting = { ...snapshot, notice: "Waiting for the engine: nobody listens there." };
    expect(progressLine(waiting)).toBe(" 42% 423/1000 · 3 failed · Waiting for the engine: nobody listens there.");
  });
  it("never says 100 % before the end, and that answers are simulated always", () => {
    expect(progressLine({ ...snapshot, completed: 996 })).toContain(" 99%");
    expect(progressLine({ ...snapshot, completed: 997 })).toContain("100%");
    expect(progressLine({ ...snapshot, simulated: true })).toContain("simulated");
  });
  it("copes with a run of nothing", () => {
    expect(progressLine({ ...snapshot, total: 0, completed: 0, failed: 0 })).toContain("0% 0/0");
  });
});
