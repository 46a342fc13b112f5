import { describe, expect, onTestFinished, test } from "vitest";
import { startGpuWatch, type GpuWatch, type GpuWatchOptions } from "../../../../server/src/gpu/io/gpuWatch.io.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";
import { isAlive, replayTool, rtx4090, type Replay } from "../../../support/gpu/replay.ts";
import { TestClock } from "../../../support/run/testClock.ts";

const wanted = () => new AbortController().signal;

interface Watched {
  watch: GpuWatch;
  replay: Replay;
  faults: (string | null)[];
}

async function watched(body: string, more: Partial<GpuWatchOptions> = {}, tool = "nvidia-smi"): Promise<Watched> {
  const replay = await replayTool(tool, body, [rtx4090]);
  const faults: (string | null)[] = [];
  const onFault = (fault: string | null) => void faults.push(fault);
  const watch = startGpuWatch({ env: replay.env, platform: "linux", onFault, ...more });
  onTestFinished(async () => {
    await watch.stop();
    await replay.remove();
  });
  return { watch, replay, faults };
}

const memory = (free: string) => `replay((tick) => say(rowOf({ ...gpus[0], "memory.free": String(${free}) }, 1)));`;
const isRead = (watch: GpuWatch) => waitFor("a reading", () => watch.latest !== null);

describe("with a replayed nvidia-smi, a watch", () => {
  test("waits twice for the memory, and keeps the past, with one process in all that is gone at its end", async () => {
    const { watch, replay } = await watched(memory("Math.min(5, tick) * 1000"));
    await watch.settled(wanted());
    expect(watch.latest?.gpus[0]?.freeMiB).toBe(5_000);
    await watch.settled(wanted());
    expect(watch.history.points(rtx4090["uuid"] ?? "").length).toBeGreaterThan(0);
    const lives = await replay.lives();
    expect(lives).toHaveLength(1);
    await watch.stop();
    await watch.stop();
    expect(await isAlive(lives[0] ?? 0)).toBe(false);
  });

  test("does not take what stood still before for what does now", async () => {
    const { watch, replay } = await watched(memory("tick < 10 ? 1000 : 2000 + 100 * Math.min(tick, 30)"));
    await waitFor("still memory", () => watch.latest?.gpus[0]?.freeMiB === 1_000);
    await waitFor("a change", () => (watch.latest?.gpus[0]?.freeMiB ?? 0) > 1_000);
    await watch.settled(wanted());
    expect(watch.latest?.gpus[0]?.freeMiB).toBe(5_000);
    expect(await replay.lives()).toHaveLength(1);
  });

  test("no longer waits when nobody wants it", async () => {
    const { watch } = await watched(memory("1000 * tick"));
    const aborter = new AbortController();
    const settled = watch.settled(aborter.signal);
    await isRead(watch);
    aborter.abort();
    await settled;
    await watch.settled(aborter.signal);
  });

  test("does not wait for longer than half a minute", async () => {
    const clock = new TestClock();
    const { watch } = await watched(memory("1000 * tick"), { clock });
    const settled = watch.settled(wanted());
    await isRead(watch);
    clock.advance(30_000);
    await settled;
  });

  test("does not wait for a GPU that is gone", async () => {
    const lost = "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.";
    const { watch } = await watched(`replay(() => complain(${JSON.stringify(lost)}));`, { clock: new TestClock() });
    await watch.settled(wanted());
    expect(watch.latest?.fault).toContain("is lost");
  });

  test("tells each fault once, and its end", async () => {
    const lost = "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.";
    const { faults } = await watched(
      `replay((tick) => { if (tick === 0 || tick > 20) all(); else complain(${JSON.stringify(lost)}); });`,
    );
    await waitFor("its end", () => faults.length >= 2);
    expect(faults).toEqual([expect.stringContaining("fallen off the bus"), null]);
  });
});

describe("without a GPU, a watch", () => {
  test("waits for no memory where there is no tool", async () => {
    const onFault = () => undefined;
    const watch = startGpuWatch({ env: { PATH: "" }, platform: "linux", onFault });
    await watch.settled(wanted());
    await watch.settled(wanted());
    expect(watch.latest).toMatchObject({ gpus: [], tool: null });
    await watch.stop();
  });

  test("asks a replayed rocm-smi that lists none no second time", async () => {
    const clock = new TestClock();
    const { watch, replay } = await watched('say("{}");', { clock }, "rocm-smi");
    await watch.settled(wanted());
    clock.advance(60_000);
    await watch.stop();
    expect(await replay.lives()).toHaveLength(1);
  });
});
