// Engines that are killed and started again, many times over, and what that leaves: nothing.
// Each engine is the simulator; nothing here is a real one.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { waitFor } from "../../scripts/waitFor.ts";
import { property } from "../../server/src/util/unknown.ts";
import { answered, desk, isAlive } from "../support/engine/desk.ts";
import { CycleLane, KILLS, LIVES } from "../support/engine/cycleLane.ts";
import { footprint, footprintText } from "../support/engine/footprint.ts";
import { markProcesses } from "../support/engine/marked.ts";

/** The first ones fill what is filled once: modules, caches, compiled code. */
const WARM_ENGINES = 5;
const ENGINES = 25;
/** Measured over 80 lives: -1.6 to 0.9. One life that is kept is 0.26, by the buffer in which its log is read. */
const MOST_GROWTH_MIB = 2;

describe(`${ENGINES} engines (simulated) in one process, each killed ${KILLS.length} times and started again`, () => {
  it(`leave nothing after ${ENGINES * LIVES} lives`, async () => {
    const marked = markProcesses();
    const lanes = [await CycleLane.open(), await CycleLane.open()];
    await share(lanes, WARM_ENGINES);
    const early = await footprint();
    await share(lanes, ENGINES - WARM_ENGINES);
    const late = await footprint();
    console.log(`after ${WARM_ENGINES * LIVES} lives: ${footprintText(early)}`);
    console.log(`after ${ENGINES * LIVES} lives: ${footprintText(late)}`);
    expect(await marked()).toEqual([]);
    expect(late.resources).toEqual(early.resources);
    for (const what of ["descriptors", "listeners", "emitters", "signals"] as const) {
      expect(late[what], what).toBeLessThanOrEqual(early[what]);
    }
    expect(late.memoryMiB - early.memoryMiB).toBeLessThan(MOST_GROWTH_MIB);
    for (const lane of lanes) await lane.expectClean();
  });
});

/** So many engines, one after the other in each lane. */
async function share(lanes: readonly CycleLane[], engines: number): Promise<void> {
  let left = engines;
  await Promise.all(
    lanes.map(async (lane) => {
      while (left-- > 0) await lane.cycle();
    }),
  );
}

it("a run (simulated) that is killed three times leaves an engine each time, which the next start finds and ends", async () => {
  const marked = markProcesses();
  const { input, out, folder, ids, begin, call, engines } = await desk(1500, { "sim-latency-ms": 40 });
  const left: unknown[] = [];
  for (let kills = 0; kills < 3; kills++) {
    const before = (await answered(out)).length;
    const what = kills === 0 ? ["run", input, "--profile", "mine", "--out", out, "--in-flight", "8"] : ["resume", out];
    const run = begin(...what);
    await waitFor("some answers", async () => (await answered(out)).length > before + 50);
    for (const pid of left) expect(await isAlive(pid)).toBe(false);
    const [engine] = await engines();
    left.push(property(engine, "pid"));
    run.kill();
    const { stderr } = await run.ended;
    expect(stderr.includes("left an engine behind")).toBe(kills > 0);
    expect(await isAlive(left.at(-1))).toBe(true);
  }
  expect(await marked()).toHaveLength(1);
  const { exitCode, stderr } = await call("resume", out);
  expect(stderr).toContain("left an engine behind");
  expect(exitCode).toBe(0);
  expect((await answered(out)).toSorted()).toEqual(ids);
  expect(await marked()).toEqual([]);
  expect(await engines()).toEqual([]);
  expect(await readdir(path.join(folder, "state", "sockets"))).toEqual([]);
});
