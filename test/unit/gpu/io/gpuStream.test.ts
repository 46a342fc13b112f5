import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../../scripts/waitFor.ts";
import { startGpuStream, type GpuStream, type GpuStreamOptions } from "../../../../server/src/gpu/io/gpuStream.io.ts";
import type { GpuReading } from "../../../../server/src/gpu/reading.ts";
import {
  a100Mig,
  gb10,
  gtx1050On470,
  isAlive,
  isRunning,
  replayTool,
  rtx4090,
  type RecordedGpu,
  type Replay,
} from "../../../support/gpu/replay.ts";
import { TestClock } from "../../../support/run/testClock.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Also tells how long the last wait is that was asked for, and how many are under way. */
class WatchedClock extends TestClock {
  lastDelayMs = 0;
  waits = 0;

  override after(delayMs: number, callback: () => void): () => void {
    this.lastDelayMs = delayMs;
    this.waits += 1;
    let isUnderWay = true;
    const end = (): void => {
      if (isUnderWay) this.waits -= 1;
      isUnderWay = false;
    };
    const cancel = super.after(delayMs, () => {
      end();
      callback();
    });
    return () => {
      end();
      cancel();
    };
  }
}

interface Watched {
  stream: GpuStream;
  readings: GpuReading[];
  clock: WatchedClock;
  replay: Replay;
  /** Waits until a reading of this kind has come, and gives it. */
  saw: (what: string, is: (reading: GpuReading) => boolean) => Promise<GpuReading>;
}

async function watch(
  body: string,
  gpus: readonly RecordedGpu[] = [rtx4090],
  options: Partial<GpuStreamOptions> & { tool?: string; relativePath?: boolean } = {},
): Promise<Watched> {
  const { tool = "nvidia-smi", relativePath = false, ...rest } = options;
  const replay = await replayTool(tool, body, gpus);
  cleanups.push(() => replay.remove());
  const clock = new WatchedClock();
  const readings: GpuReading[] = [];
  const stream = startGpuStream({
    env: relativePath ? { PATH: path.relative(process.cwd(), replay.folder) } : replay.env,
    ...{ clock, platform: "linux", onReading: (reading) => readings.push(reading) },
    ...rest,
  });
  cleanups.push(() => stream.stop());
  const saw = async (what: string, is: (reading: GpuReading) => boolean): Promise<GpuReading> =>
    await waitFor(what, () => readings.find(is));
  return { stream, readings, clock, replay, saw };
}

const fine = ({ gpus, fault }: GpuReading): boolean => gpus.length > 0 && fault === null;
const faulty = ({ fault }: GpuReading): boolean => fault !== null;

/** Open files of this process, to see that none is left behind. */
const openFiles = async (): Promise<number> => (await readdir("/proc/self/fd")).length;

describe("with a replayed nvidia-smi, the stream", () => {
  test("reads again and again from one process, which ends with it", async () => {
    const before = await openFiles();
    const { stream, readings, replay } = await watch("replay(() => all());", [rtx4090, a100Mig, gb10]);
    await waitFor("ten readings", () => readings.length >= 10);
    const lives = await replay.lives();
    expect(lives).toHaveLength(1);
    expect(await replay.arguments()).toMatch(/^--query-gpu=\S+ --format=csv,noheader,nounits -l 1$/);
    expect(stream.latest).toBe(readings.at(-1));
    expect(readings.every(fine)).toBe(true);
    expect(stream.latest?.tool).toBe("nvidia-smi");
    expect(
      stream.latest?.gpus.map(({ name, freeMiB, utilizationPercent }) => [name, freeMiB, utilizationPercent]),
    ).toEqual([
      ["NVIDIA GeForce RTX 4090", 23011, 7],
      ["NVIDIA A800-SXM4-80GB", 44513, null],
      ["NVIDIA GB10", null, 7],
    ]);
    await stream.stop();
    expect(await isAlive(lives[0] ?? 0)).toBe(false);
    await waitFor("no open file more than before", async () => (await openFiles()) <= before);
  });

  test("of driver 470, which does not know compute_cap, asks once more without it, at once", async () => {
    const body = `
      if (columns.includes("compute_cap")) {
        say('Field "compute_cap" is not a valid field to query.\\n');
        process.exit(2);
      }
      replay(() => all());`;
    const { saw, readings, replay } = await watch(body, [gtx1050On470]);
    const { gpus } = await saw("a reading", fine);
    expect(gpus[0]).toMatchObject({ totalMiB: 2000, powerW: null, computeCapability: null, driver: "470.256.02" });
    expect(await replay.lives()).toHaveLength(2);
    expect(readings.every(fine)).toBe(true);
  });

  test("that crashes in the middle of a line tells no half numbers, says so, and starts it again", async () => {
    const body = `
      if (life > 1) replay(() => all());
      else {
        all();
        fs.writeSync(1, rowOf(gpus[0], 1).slice(0, 70));
        process.kill(process.pid, "SIGSEGV");
        stay();
      }`;
    const { saw, readings, clock, replay } = await watch(body);
    const { fault, gpus } = await saw("the crash", faulty);
    expect(fault).toBe("nvidia-smi ended by itself (signal SIGSEGV).");
    expect(gpus).toEqual([]);
    expect(readings.filter(fine)).toHaveLength(1);
    clock.advance(999);
    expect(await replay.lives()).toHaveLength(1);
    clock.advance(1);
    await waitFor("readings of its second life", () => readings.filter(fine).length > 2);
    expect(await replay.lives()).toHaveLength(2);
  });

  test("that dies again and again is started ever more seldom", async () => {
    const { clock, readings, replay } = await watch(`say("No devices were found"); process.exit(6);`);
    for (const [failures, delayMs] of [1_000, 2_000, 4_000].entries()) {
      await waitFor("its end", () => readings.length === failures + 1);
      clock.advance(delayMs - 1);
      expect(await replay.lives()).toHaveLength(failures + 1);
      clock.advance(1);
    }
    await waitFor("the fourth end", () => readings.length === 4);
    expect(readings.map(({ fault }) => fault)).toEqual(Array(4).fill(expect.stringContaining("sees no GPU")));
  });

  test("that hangs from the start is ended after the deadline, and started again", async () => {
    const { clock, saw, replay } = await watch(`if (life === 1) stay(); else replay(() => all());`);
    const [first = 0] = await waitFor("its first life", async () => {
      const lives = await replay.lives();
      return lives.length > 0 && lives;
    });
    clock.advance(20_999);
    expect(await isAlive(first)).toBe(true);
    clock.advance(1);
    expect((await saw("the fault", faulty)).fault).toMatch(/said nothing for 21 s.*driver may hang/);
    await waitFor("its end", async () => !(await isAlive(first)));
    await waitFor("the wait before the restart", () => clock.lastDelayMs === 1_000);
    clock.advance(1_000);
    await waitFor("a second life", async () => (await replay.lives()).length === 2);
    await saw("a reading", fine);
  });

  test("that hangs in the middle of a round tells what it had", async () => {
    const { clock, readings, saw, replay } = await watch(`all([gpus[0]]); stay();`, [rtx4090, a100Mig]);
    await waitFor("its life", async () => (await replay.lives()).length === 1);
    await waitFor("the fault", () => {
      clock.advance(21_000);
      return readings.length > 0;
    });
    const { fault, gpus } = await saw("the fault", faulty);
    expect(fault).toMatch(/said nothing/);
    expect(gpus.length).toBeLessThanOrEqual(1);
  });

  test("whose GPU is lost while it runs tells which, and the values of the others", async () => {
    const body = `replay((tick) => {
      say(rowOf(gpus[0], 2));
      const lost = Object.fromEntries(Object.keys(gpus[1]).map((key) => [key, "[GPU is lost]"]));
      say(rowOf(tick < 2 ? gpus[1] : { ...lost, index: "1", uuid: gpus[1].uuid, name: gpus[1].name }, 2));
    });`;
    const { saw, replay } = await watch(body, [rtx4090, a100Mig]);
    await saw("a good reading", (reading) => fine(reading) && reading.gpus.length === 2);
    const { gpus, fault } = await saw("the loss", faulty);
    expect(fault).toBe(
      "GPU 1 (NVIDIA A800-SXM4-80GB) is lost: it has fallen off the bus. Only a restart of the machine brings it back.",
    );
    expect(gpus.map(({ freeMiB }) => freeMiB)).toEqual([23011, null]);
    expect(await replay.lives()).toHaveLength(1);
  });

  test("whose GPU was lost before it began tells which, from a message on the other stream", async () => {
    const body = `replay(() => {
      complain("Unable to determine the device handle for GPU1: 0000:0A:00.0: GPU is lost.  Reboot the system to recover this GPU");
      say(rowOf(gpus[0], 2));
    });`;
    const { saw } = await watch(body, [rtx4090, a100Mig]);
    const { fault } = await saw("the loss", (reading) => faulty(reading) && reading.gpus.length === 1);
    expect(fault).toMatch(/^GPU 1 \(at 0000:0A:00\.0\) is lost/);
  });

  test.each([
    [
      "Unable to determine the device handle for GPU 0000:0B:00.0: GPU is lost.  Reboot the system to recover this GPU",
      15,
      /is lost/,
    ],
    ["Unable to determine the device handle for GPU0000:0B:00.0: Unknown Error", 255, /does not answer its driver/],
    [
      "Failed to initialize NVML: Driver/library version mismatch\\nNVML library version: 580.173",
      18,
      /Restart the machine/,
    ],
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
      9,
      /driver is not running/,
    ],
    ["", 15, /exit code 15.*fallen off the bus/],
  ])("that says “%s” and exits with %i gives one fault in plain words", async (text, code, words) => {
    const { saw, readings } = await watch(
      `say(${JSON.stringify(text).replaceAll("\\\\n", "\\n")}); process.exit(${code});`,
    );
    const { fault, gpus } = await saw("the fault", faulty);
    expect(fault).toMatch(words);
    expect(gpus).toEqual([]);
    expect(readings).toHaveLength(1);
  });

  test("leaves no process and no open file behind after many lives", async () => {
    const before = await openFiles();
    const { stream, readings, clock, replay } = await watch(`all(); process.exit(0);`);
    for (let life = 1; life <= 8; life++) {
      await waitFor("its end", () => readings.filter(faulty).length === life);
      clock.advance(clock.lastDelayMs);
    }
    await waitFor("a ninth life", async () => (await replay.lives()).length === 9);
    await stream.stop();
    for (const pid of await replay.lives()) expect(await isAlive(pid)).toBe(false);
    await waitFor("no open file more than before", async () => (await openFiles()) <= before);
    const seen = readings.length;
    clock.advance(600_000);
    expect(readings).toHaveLength(seen);
    expect(await replay.lives()).toHaveLength(9);
  });

  test("ends with a process that is killed and can do nothing about it", async () => {
    const replay = await replayTool("nvidia-smi", "replay(() => all());", [rtx4090]);
    cleanups.push(() => replay.remove());
    const script = path.resolve("test/support/gpu/streamProcess.ts");
    const owner = spawn(process.execPath, [script], { env: { ...replay.env }, stdio: "ignore" });
    cleanups.push(() => Promise.resolve(void owner.kill("SIGKILL")));
    const [pid = 0] = await waitFor("nvidia-smi", async () => {
      const lives = await replay.lives();
      return lives.length > 0 && lives;
    });
    expect(await isRunning(pid)).toBe(true);
    owner.kill("SIGKILL");
    await waitFor("its end", async () => !(await isRunning(pid)));
  });

  test("stopped while it waits to start nvidia-smi again waits no more, so that our process can end", async () => {
    const { stream, readings, clock } = await watch(`process.exit(9);`);
    await waitFor("its end", () => readings.length === 1 && clock.lastDelayMs === 1_000);
    await stream.stop();
    expect(clock.waits).toBe(0);
  });
});

describe("the stream", () => {
  test("on a machine without a tool says so once", async () => {
    const { saw, clock, readings } = await watch("", [], { tool: "something-else" });
    expect(await saw("the reading", () => true)).toMatchObject({ gpus: [], fault: null, tool: null });
    clock.advance(600_000);
    expect(readings).toHaveLength(1);
  });

  test("starts no program from a folder that is not absolute, such as a repository that was opened", async () => {
    const { saw, replay } = await watch("replay(() => all());", [rtx4090], { relativePath: true });
    expect((await saw("the reading", () => true)).tool).toBeNull();
    expect(await replay.lives()).toEqual([]);
  });

  test("with a replayed rocm-smi asks at most each five seconds, and tells when it fails", async () => {
    const body = `
      if (life === 2) { complain("ERROR:root:Driver not initialized (amdgpu not found in modules)"); process.exit(1); }
      say(JSON.stringify({ card0: { "GPU use (%)": "12", "VRAM Total Memory (B)": "17163091968" } }));`;
    const { readings, clock, saw, replay } = await watch(body, [], { tool: "rocm-smi" });
    await saw("a reading", fine);
    clock.advance(4_999);
    expect(await replay.lives()).toHaveLength(1);
    clock.advance(1);
    await waitFor("the second", () => readings.length === 2);
    expect(readings[1]?.fault).toBe(
      "rocm-smi gave up (exit code 1): ERROR:root:Driver not initialized (amdgpu not found in modules)",
    );
  });

  test("stopped before it began starts nothing, with a replayed rocm-smi", async () => {
    const { stream, replay, readings } = await watch("say('{}');", [], { tool: "rocm-smi" });
    await stream.stop();
    expect(await replay.lives()).toEqual([]);
    expect(readings).toEqual([]);
  });
});
