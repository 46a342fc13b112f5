// On a real NVIDIA GPU, with its own nvidia-smi: not part of `npm test`, for most machines have none.
import { spawn, spawnSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { waitFor } from "../../scripts/waitFor.ts";
import { startGpuStream } from "../../server/src/gpu/io/gpuStream.io.ts";
import { readGpusOnce } from "../../server/src/gpu/io/readGpusOnce.io.ts";
import { readKernelLines } from "../../server/src/gpu/io/readKernelLines.io.ts";
import { memorySettled } from "../../server/src/gpu/memorySettled.ts";
import type { GpuReading } from "../../server/src/gpu/reading.ts";

const env = process.env;
const found = (program: string, arg: string): boolean => spawnSync(program, [arg], { stdio: "ignore" }).status === 0;
const hasGpu = found("nvidia-smi", "-L");
const hasPython = found("python3", "--version");
const skipped = hasGpu ? "" : " (skipped: nvidia-smi is missing or sees no GPU)";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A process of ours that takes memory of GPU 0, and its first words. */
async function holdMemory(mebibytes: number): Promise<{ words: string; kill: () => Promise<void> }> {
  const child = spawn("python3", ["test/gpu/holdMemory.py", String(mebibytes)], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let words = "";
  child.stdout.on("data", (chunk: Buffer) => (words += chunk.toString()));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  cleanups.push(kill);
  await waitFor("its first words", () => words.includes("\n"), { timeoutMs: 60_000 });
  return { words: words.trim(), kill };
}

const firstFree = (reading: GpuReading | undefined): number => reading?.gpus[0]?.freeMiB ?? NaN;

describe.skipIf(!hasGpu)(`a real NVIDIA GPU${skipped}`, () => {
  test("tells its memory, temperature and driver", async () => {
    const reading = await readGpusOnce({ env });
    console.log(JSON.stringify(reading, null, 2));
    expect(reading).toMatchObject({ fault: null, tool: "nvidia-smi" });
    expect(reading.gpus.length).toBeGreaterThan(0);
    for (const gpu of reading.gpus) {
      expect(gpu.driver).toMatch(/^\d+\.\d+/);
      expect(gpu.temperatureC).toBeGreaterThan(0);
      expect(gpu.temperatureC).toBeLessThan(110);
      if (gpu.totalMiB === null) continue;
      expect(gpu.usedMiB).toBeGreaterThanOrEqual(0);
      expect((gpu.usedMiB ?? 0) + (gpu.freeMiB ?? 0)).toBeLessThanOrEqual(gpu.totalMiB);
    }
  });

  test("is read each second by one process", async () => {
    const readings: GpuReading[] = [];
    const begun = performance.now();
    const stream = startGpuStream({ env, onReading: (reading) => readings.push(reading) });
    await waitFor("five readings", () => readings.length >= 5, { timeoutMs: 60_000 });
    const seconds = (performance.now() - begun) / 1000;
    await stream.stop();
    expect(seconds).toBeGreaterThan(3);
    expect(readings.every(({ fault, gpus }) => fault === null && gpus.length > 0)).toBe(true);
  });

  test("gives its kernel's log, or nothing, without a throw", async () => {
    expect(await readKernelLines(new Date(Date.now() - 3_600_000), { env })).toBeInstanceOf(Array);
  });

  test.skipIf(!hasPython)("has its memory back after the process that held it was killed", async () => {
    const readings: GpuReading[] = [];
    const stream = startGpuStream({ env, intervalMs: 500, onReading: (reading) => readings.push(reading) });
    cleanups.push(() => stream.stop());
    await waitFor("settled memory", () => memorySettled(readings), { timeoutMs: 60_000 });
    const before = firstFree(readings.at(-1));
    const size = Math.floor(before / 4);
    const holder = await holdMemory(size);
    expect(holder.words).toBe("holding");
    await waitFor("memory in use", () => firstFree(readings.at(-1)) <= before - size, { timeoutMs: 30_000 });
    await holder.kill();
    const killedAt = readings.length;
    await waitFor("settled memory", () => readings.length >= killedAt + 4 && memorySettled(readings), {
      timeoutMs: 60_000,
    });
    const after = firstFree(readings.at(-1));
    console.log(`free before ${before} MiB, ${size} MiB held, after the kill ${after} MiB`);
    expect(Math.abs(after - before)).toBeLessThan(256);
  });

  test.skipIf(!hasPython)("refuses a second process what the first one holds", async () => {
    const free = firstFree(await readGpusOnce({ env }));
    const first = await holdMemory(Math.floor(free * 0.6));
    expect(first.words).toBe("holding");
    // CUDA_ERROR_OUT_OF_MEMORY
    expect((await holdMemory(Math.floor(free * 0.6))).words).toBe("error 2");
  });
});
