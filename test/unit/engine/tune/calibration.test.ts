import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrate, nextInFlight, type Pass } from "../../../../server/src/engine/tune/calibration.ts";
import { calibrationReport, calibrationText } from "../../../../server/src/engine/tune/calibrationReport.ts";
import { meanPower } from "../../../../server/src/engine/tune/meanPower.ts";
import type { GpuReading } from "../../../../server/src/gpu/reading.ts";

/** A pass of 50 requests of 100 tokens each. */
const pass = (inFlight: number, tokensPerSecond: number, watts: number | null = null): Pass => ({
  inFlight,
  answered: 50,
  seconds: 5000 / tokensPerSecond,
  promptTokens: 4000,
  completionTokens: 1000,
  watts,
});

/** Passes on an engine of this speed by requests in flight, to their end. */
function passesOn(speed: (inFlight: number) => number, sample = 50): Pass[] {
  const passes: Pass[] = [];
  for (let next = nextInFlight(sample, passes); next !== null; next = nextInFlight(sample, passes)) {
    if (passes.length > 20) throw new Error("It does not end.");
    passes.push(pass(next, speed(next)));
  }
  return passes;
}

describe("passes over a sample", () => {
  test("go down by halves until fewer in flight are slower", () => {
    const passes = passesOn((inFlight) => Math.min(inFlight, 16) * 100);
    expect(passes.map(({ inFlight }) => inFlight)).toEqual([50, 25, 12]);
    expect(calibrate(passes, 1000)).toMatchObject({ best: { inFlight: 25 }, perhapsMore: false });
  });

  test("are two when all of the sample in flight is best, and more may be better", () => {
    const passes = passesOn((inFlight) => inFlight * 100);
    expect(passes).toHaveLength(2);
    expect(calibrate(passes, 1000)).toMatchObject({ best: { inFlight: 50 }, perhapsMore: true });
  });

  test("take a difference of some per cent for none", () => {
    expect(calibrate([pass(50, 1000), pass(25, 960), pass(12, 940)], 1)).toMatchObject({ best: { inFlight: 25 } });
  });

  test("whatever the engine: end, and the best is among them and as fast as any but for 5 %", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 1000 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 5000 })),
        (sample, speeds) => {
          const passes = passesOn(() => Number(speeds.next().value), sample);
          const found = calibrate(passes, 10);
          const fastest = Math.max(...passes.map(({ seconds }) => 5000 / seconds));
          expect(passes).toContain(found?.best);
          expect(found?.tokensPerSecond).toBeGreaterThanOrEqual(0.95 * fastest - 1e-9);
          expect(Math.min(...passes.map(({ inFlight }) => inFlight))).toBeGreaterThanOrEqual(2);
        },
      ),
    );
  });
});

describe("what follows for the file", () => {
  test("hours by the mean request of all passes, and energy by power and hours", () => {
    const long = { ...pass(50, 1000, 300), answered: 25 };
    const found = calibrate([long, { ...long, inFlight: 25, answered: 75 }], 36_000);
    expect(found).toMatchObject({ hours: 1, kilowattHours: 0.3 });
  });

  test("is reckoned with requests where the server counts no tokens, and that is said", () => {
    const uncounted = (inFlight: number, seconds: number): Pass => {
      return { inFlight, answered: 50, seconds, promptTokens: 0, completionTokens: 0, watts: null };
    };
    const passes = [uncounted(50, 10), uncounted(25, 25)];
    expect(nextInFlight(50, passes)).toBeNull();
    const result = calibrate(passes, 18_000);
    expect(result).toMatchObject({
      best: { inFlight: 50 },
      tokensPerSecond: null,
      requestsPerSecond: 5,
      hours: 1,
    });
    const findings = { input: "a.jsonl", requests: 18_000, passes, result, simulated: false, isLocal: true };
    const report = calibrationReport(findings);
    expect(report.tokensPerSecond).toBeNull();
    expect(calibrationText(report)).toContain("5 requests/s (tokens are not known");
  });

  test("is nothing without a pass", () => {
    expect(calibrate([], 10)).toBeNull();
    expect(calibrate([{ ...pass(50, 1), answered: 0, promptTokens: 0, completionTokens: 0 }], 10)).toBeNull();
  });
});

describe("power", () => {
  const reading = (...powers: (number | null)[]): GpuReading => ({
    at: "2026-11-29T00:00:00Z",
    fault: null,
    tool: "nvidia-smi",
    gpus: powers.map((powerW, index) => ({
      ...{ index, uuid: `u${index}`, name: "GPU", driver: null, totalMiB: null, usedMiB: null, freeMiB: null },
      ...{ utilizationPercent: null, temperatureC: null, powerW, powerLimitW: null, computeCapability: null },
    })),
  });

  test("is the mean over time of all GPUs together", () => {
    expect(meanPower([reading(100, 50), reading(200, 50), reading()])).toBe(200);
  });

  test("is not known when one does not tell, and without a GPU", () => {
    expect(meanPower([reading(100, null)])).toBeNull();
    expect(meanPower([])).toBeNull();
    expect(meanPower([reading()])).toBeNull();
  });
});

describe("the report", () => {
  const passes = [pass(50, 1000, 400), pass(25, 500, 300)];
  const findings = { input: "a.jsonl", requests: 72_000, passes, result: calibrate(passes, 72_000) };

  test("has figures and energy of a real engine here", () => {
    const report = calibrationReport({ ...findings, simulated: false, isLocal: true });
    expect(report).toMatchObject({
      ...{ tokensPerSecond: 1000, requestsPerSecond: 10, inFlight: 50, hours: 2, repeatsRequests: false },
      ...{ energy: { kilowattHours: 0.8, watts: 400 }, energyUnknown: null },
    });
    expect(calibrationText(report)).toContain("about 2h 00m");
  });

  test("says why there is no energy: simulated, elsewhere, or not told", () => {
    const why = (simulated: boolean, isLocal: boolean, watts: number | null) => {
      const silent = passes.map((one) => ({ ...one, watts }));
      const result = calibrate(silent, 1000);
      const { energy, energyUnknown } = calibrationReport({ ...findings, passes: silent, result, simulated, isLocal });
      expect(energy).toBeNull();
      return energyUnknown;
    };
    expect([why(true, true, 300), why(false, false, 300), why(false, true, null)]).toEqual([
      "the engine is simulated",
      "the engine runs on another machine",
      "no GPU of this machine tells its power",
    ]);
  });

  test("says when the passes had the same requests again", () => {
    const reportOf = (requests: number) =>
      calibrationReport({ ...findings, requests, simulated: false, isLocal: true });
    // Two passes of 50.
    expect(reportOf(400).repeatsRequests).toBe(false);
    const report = reportOf(399);
    expect(report.repeatsRequests).toBe(true);
    expect(calibrationText(report)).toContain("The file is small");
  });
});
