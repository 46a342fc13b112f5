// Whole runs on the simulator whose timeline makes it fail as vLLM does. Nothing here is a real engine.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MOST_RUNGS } from "../../server/src/engine/recover/crashBudget.ts";
import { faultRun } from "../support/engine/faultRun.ts";
import { servingFaults } from "../support/engine/servingFaults.ts";
import { startFaults } from "../support/engine/startFaults.ts";

/** A first start, and one for each rung of one budget: no run here saves enough answers for a second. */
const MOST_LAUNCHES = 1 + MOST_RUNGS;

// One for all: hooks within a test do not go together with tests that run at once.
let root = "";
beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "vb-")));
});
afterAll(() => rm(root, { recursive: true }));

describe("a start that fails (simulated)", () => {
  it.concurrent.each(startFaults)("$name: stops with the reason, and can be resumed", async ({ fault, cause }) => {
    const run = await faultRun(root, { startup: { fault } }, 5);
    expect(run).toMatchObject({ exitCode: 4, answered: [], failed: [], left: [] });
    expect(new Set(run.causes)).toEqual(new Set([cause]));
    expect(run.reason).toContain(run.summaries.at(-1));
    expect(run.launches).toBeLessThanOrEqual(MOST_LAUNCHES);
    expect(await run.resume()).toEqual({ exitCode: 0, answered: run.wanted, failed: [], left: [] });
  });
});

describe("an engine that fails at work (simulated)", () => {
  it.concurrent.each(servingFaults)("$name: is started again, and the run completes", async ({ incident, cause }) => {
    // Each life counts its requests from 1, and for the second there are fewer than 30 left.
    const run = await faultRun(root, { events: [{ when: { request: 30 }, do: incident }] });
    expect(run).toMatchObject({ exitCode: 0, causes: [cause], launches: 2, failed: [], left: [] });
    expect(run.answered).toEqual(run.wanted);
  });
});

describe("random timelines (simulated)", () => {
  const seed = Number(process.env["FAULT_SEED"] ?? Date.now() % 1_000_000);
  it.concurrent.each([0, 1, 2, 3])(
    `of seed ${seed}, number %i: end by completion or a reasoned stop`,
    async (number) => {
      const events = someEvents(seed + number);
      console.log(`FAULT_SEED=${seed}, number ${number}: ${JSON.stringify(events)}`);
      const run = await faultRun(root, { events }, 60);
      expect(run).toMatchObject({ failed: [], left: [] });
      expect(run.launches).toBeLessThanOrEqual(MOST_LAUNCHES);
      if (run.exitCode === 0) expect(run.answered).toEqual(run.wanted);
      else {
        expect(run.exitCode).toBe(4);
        expect(run.reason).toContain(run.summaries.at(-1));
        expect(await run.resume()).toEqual({ exitCode: 0, answered: run.wanted, failed: [], left: [] });
      }
    },
  );
});

/** Three to five faults at requests of one small batch; each seed has its own (a linear congruential generator). */
function someEvents(seed: number): object[] {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const incidents: object[] = [
    ...servingFaults.map(({ incident }) => incident),
    { kind: "reset" },
    { kind: "abort" },
    { kind: "status", status: 503 },
  ];
  return Array.from({ length: 3 + below(3) }, () => ({
    when: { request: 5 + below(50) },
    do: incidents[below(incidents.length)],
  }));
}
