import { readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../../scripts/waitFor.ts";
import { readGpusOnce } from "../../../../server/src/gpu/io/readGpusOnce.io.ts";
import {
  a100Mig,
  gtx1050On470,
  isAlive,
  replayTool,
  rtx4090,
  type RecordedGpu,
  type Replay,
} from "../../../support/gpu/replay.ts";
import { TestClock } from "../../../support/run/testClock.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function tool(name: string, body: string, gpus: readonly RecordedGpu[] = [rtx4090]): Promise<Replay> {
  const replay = await replayTool(name, body, gpus);
  cleanups.push(() => replay.remove());
  return replay;
}

describe("one reading with a replayed nvidia-smi", () => {
  test("has all GPUs", async () => {
    const { env } = await tool("nvidia-smi", "replay(() => all());", [rtx4090, a100Mig]);
    const { gpus, fault, at } = await readGpusOnce({ env, platform: "linux" });
    expect(gpus.map(({ index, powerLimitW }) => [index, powerLimitW])).toEqual([
      [0, 450],
      [1, 400],
    ]);
    expect(fault).toBeNull();
    expect(Date.parse(at)).not.toBeNaN();
  });

  test("asks again without a field that the driver does not know", async () => {
    const body = `
      for (const field of ["compute_cap", "power.limit"]) {
        if (columns.includes(field)) { say('Field "' + field + '" is not a valid field to query.'); process.exit(2); }
      }
      all();`;
    const { env, lives } = await tool("nvidia-smi", body, [gtx1050On470]);
    expect((await readGpusOnce({ env, platform: "linux" })).gpus).toHaveLength(1);
    expect(await lives()).toHaveLength(3);
  });

  test("has what the others tell when one GPU is lost", async () => {
    const body = `
      say(rowOf(gpus[0], 2));
      say("Unable to determine the device handle for GPU1: 0000:0A:00.0: GPU is lost.  Reboot the system to recover this GPU");
      process.exit(15);`;
    const { env } = await tool("nvidia-smi", body, [rtx4090, a100Mig]);
    const { gpus, fault } = await readGpusOnce({ env, platform: "linux" });
    expect(gpus).toHaveLength(1);
    expect(fault).toMatch(/^GPU 1 \(at 0000:0A:00\.0\) is lost.*back\.$/);
  });

  test("that hangs ends at the deadline, and its process too", async () => {
    const { env, lives } = await tool("nvidia-smi", "stay();");
    const clock = new TestClock();
    const reading = readGpusOnce({ env, clock, platform: "linux", deadlineMs: 5_000 });
    const [pid = 0] = await waitFor("its start", async () => {
      const all = await lives();
      return all.length > 0 && all;
    });
    clock.advance(5_000);
    expect((await reading).fault).toMatch(/said nothing for 5 s/);
    await waitFor("its end", async () => !(await isAlive(pid)));
  });

  test("that never stops talking is ended", async () => {
    const { env } = await tool("nvidia-smi", `setInterval(() => say("x".repeat(60_000)), 0);`);
    // The clock stands still: it is not the deadline that ends it.
    expect((await readGpusOnce({ env, platform: "linux", clock: new TestClock() })).fault).not.toBeNull();
  });

  test("is read although a process that it left behind keeps its output open", async () => {
    const body = `
      all();
      const left = require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => 0, 20_000)"], { stdio: "inherit", detached: true });
      fs.writeFileSync(path.join(folder, "left"), String(left.pid));
      process.exit(0);`;
    const { env, folder } = await tool("nvidia-smi", body);
    const { gpus, fault } = await readGpusOnce({ env, platform: "linux", deadlineMs: 10_000 });
    process.kill(Number(await readFile(`${folder}/left`, "utf8")), "SIGKILL");
    expect([gpus.length, fault]).toEqual([1, null]);
  });
});

describe("one reading", () => {
  test("on a machine without a tool is empty, without a fault", async () => {
    expect(await readGpusOnce({ env: {} })).toMatchObject({ gpus: [], fault: null, tool: null });
  });

  test("with a replayed nvidia-smi that cannot be executed has a fault", async () => {
    const replay = await tool("nvidia-smi", "all();");
    await writeFile(`${replay.folder}/nvidia-smi`, "#!/does/not/exist\n");
    expect((await readGpusOnce({ env: replay.env, platform: "linux" })).fault).toMatch(/nvidia-smi/);
  });

  test("with a replayed amd-smi", async () => {
    const body = `say(JSON.stringify([{ gpu: 0, mem_usage: { total_vram: { value: 20464, unit: "MB" } } }]));`;
    const { env } = await tool("amd-smi", body);
    expect(await readGpusOnce({ env, platform: "linux" })).toMatchObject({
      tool: "amd-smi",
      gpus: [{ totalMiB: 20464 }],
    });
  });

  test("with a replayed ioreg, on a Mac only", async () => {
    const body = `say('      "PerformanceStatistics" = {"Device Utilization %"=5,"In use system memory"=1048576}');`;
    const { env } = await tool("ioreg", body);
    expect(await readGpusOnce({ env, platform: "darwin" })).toMatchObject({ tool: "ioreg", gpus: [{ usedMiB: 1 }] });
    expect((await readGpusOnce({ env, platform: "linux" })).tool).toBeNull();
  });
});
