// The simulator as engine, and a small program that replays nvidia-smi. Neither is a real one.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { startGpuWatch } from "../../server/src/gpu/io/gpuWatch.io.ts";
import { property } from "../../server/src/util/unknown.ts";
import { supervise, type Supervised } from "../support/engine/supervised.ts";
import { isRunning, replayTool, rtx4090, type Replay } from "../support/gpu/replay.ts";
import { requestLine } from "../support/run/runFixture.ts";
import { tempFolder } from "../support/tempFolder.ts";

/** Tells of a GPU until there is a file `gone` beside it. */
const LOST = "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system to recover";
const body = `replay(() => fs.existsSync(path.join(folder, "gone")) ? complain(${JSON.stringify(LOST)}) : all());`;

async function fallingGpu(): Promise<Replay & { fall: () => Promise<void> }> {
  const replay = await replayTool("nvidia-smi", body, [rtx4090]);
  onTestFinished(() => replay.remove());
  return { ...replay, fall: async () => await writeFile(path.join(replay.folder, "gone"), "") };
}

let supervised: Supervised | undefined;
afterEach(async () => {
  await supervised?.end();
  supervised = undefined;
});

describe("a run (simulated) beside a replayed nvidia-smi", () => {
  it("shows the GPU, tells that it fell off the bus, has that in its diagnosis, and starts the tool once", async () => {
    const gpu = await fallingGpu();
    const folder = await tempFolder();
    const state = path.join(folder, "state");
    await mkdir(path.join(state, "profiles"), { recursive: true });
    const flags = { "sim-latency-ms": 40 };
    await writeFile(path.join(state, "profiles", "mine.json"), JSON.stringify({ basedOn: "simulator", flags }));
    const input = path.join(folder, "a.jsonl");
    const out = path.join(folder, "out");
    await writeFile(input, Array.from({ length: 600 }, (_, index) => `${requestLine(index + 1)}\n`).join(""));
    const begin = (...args: string[]) =>
      execa(process.execPath, [programPath, ...args], {
        cwd: folder,
        env: { VLLM_BATCH_STATE_DIR: state, PATH: `${gpu.folder}:${process.env["PATH"] ?? ""}` },
        stdin: "ignore",
        reject: false,
      });
    const events = async (): Promise<unknown[]> => {
      const text = await readFile(path.join(out, "events.jsonl"), "utf8").catch(() => "");
      return text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown);
    };
    const engineEvent = async (kind: string) =>
      (await events()).find((event) => property(event, "event") === "engine" && property(event, "state") === kind);

    const run = begin("run", input, "--profile", "mine", "--out", out, "--in-flight", "8", "--progress", "json");
    onTestFinished(() => void run.kill("SIGKILL"));
    await waitFor("progress", async () => (await events()).some((event) => property(event, "event") === "progress"));
    const [tool = 0] = await gpu.lives();
    expect((await begin("status", out)).stdout).toContain("GPU 1.5/24.0 GiB 7 % 41 °C 22 W");
    const listed = JSON.parse((await begin("engine", "status", "--json")).stdout) as unknown[];
    await gpu.fall();
    await waitFor("the fault", () => engineEvent("gpu"));
    process.kill(Number(property(listed[0], "pid")), "SIGKILL");
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(0);
    expect(await engineEvent("gpu")).toMatchObject({ fault: expect.stringContaining("fallen off the bus") as string });
    expect(await engineEvent("exit")).toMatchObject({
      fault: expect.stringContaining("fallen off the bus") as string,
      lastMinute: [{ name: "NVIDIA GeForce RTX 4090", usedMiB: 1553, temperatureC: 41 }],
    });
    expect(await engineEvent("diagnosis")).toMatchObject({ cause: "cuda_illegal_access", confidence: "medium" });
    expect(stderr).toContain('"gpu":{"gpus":[{"index":0,"usedMiB":1553');
    expect(await gpu.lives()).toEqual([tool]);
    expect(await isRunning(tool)).toBe(false);
  });
});

describe("a supervised engine (simulated) beside a replayed nvidia-smi", () => {
  it("has one process of it over a crash, with which it waits for the memory, and none when it is given up", async () => {
    const gpu = await fallingGpu();
    const file = path.join(gpu.folder, "timeline.json");
    const crash = { when: { request: 1 }, do: { kind: "crash", exitCode: 3 } };
    await writeFile(file, JSON.stringify({ events: [crash] }));
    const facts = () => ({
      ...{ chosenByUser: new Set<string>(), knownFlags: null, modelLimit: null },
      ...{ attentionHeads: null, gpuCount: 1, gpuMemory: null, worked: null },
    });
    const watchGpus = (onFault: (fault: string | null) => void) => startGpuWatch({ env: gpu.env, onFault });
    supervised = await supervise({ timeline: file }, { facts, watchGpus }, { engine: "vllm" });
    await supervised.ready();
    await supervised.ask("one");
    await waitFor("a second launch", () => supervised?.kinds().filter((kind) => kind === "launch").length === 2);
    await supervised.ready();
    expect(supervised.supervisor.gpuNow).toMatchObject({ gpus: [{ usedMiB: 1553, totalMiB: 24564 }], fault: null });
    expect(supervised.events.find(({ event }) => event === "exit")).toMatchObject({ gpus: [{ usedMiB: 1553 }] });
    await supervised.supervisor.stop();
    const lives = await gpu.lives();
    expect(lives).toHaveLength(1);
    expect(await isRunning(lives[0] ?? 0)).toBe(false);
  });

  it("that cannot be launched leaves none of it", async () => {
    const gpu = await fallingGpu();
    const seen: number[] = [];
    const watchGpus = (onFault: (fault: string | null) => void) => startGpuWatch({ env: gpu.env, onFault });
    const launchOf = (): never => {
      throw new Error("It cannot be planned.");
    };
    await expect(supervise({}, { watchGpus, launchOf })).rejects.toThrow("cannot be planned");
    seen.push(...(await gpu.lives()));
    for (const pid of seen) expect(await isRunning(pid)).toBe(false);
  });
});
