// The supervisor on the simulator: a real process that plays vLLM and its faults. Nothing here is a real engine.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { waitFor } from "../../scripts/waitFor.ts";
import { supervise, type Supervised } from "../support/engine/supervised.ts";
import { tempFolder } from "../support/tempFolder.ts";

let supervised: Supervised | undefined;
afterEach(async () => {
  await supervised?.end();
  supervised = undefined;
});

async function timeline(value: object): Promise<string> {
  const file = path.join(await tempFolder(), "timeline.json");
  await writeFile(file, JSON.stringify(value));
  return file;
}

describe("a supervised engine (simulated)", () => {
  it("starts, tells its phases, answers on its socket with its key, and is gone when it is stopped", async () => {
    supervised = await supervise();
    expect(supervised.supervisor.notReady).toMatch(/program starts|it /);
    await supervised.ready();
    expect(await supervised.ask("hello")).toBe(200);
    expect(supervised.kinds()[0]).toBe("launch");
    expect(supervised.kinds().at(-1)).toBe("ready");
    expect(supervised.lines.join("\n")).toContain("Application startup complete.");
    const record = await readFile(path.join(supervised.folder, "engines", "test.json"), "utf8");
    const { pid } = (JSON.parse(record) as { process: { pid: number } }).process;
    supervised.supervisor.answersSaved(1);
    await supervised.supervisor.stop();
    expect(supervised.served).toEqual([expect.objectContaining({ answers: 1 })]);
    expect(supervised.supervisor.state).toBe("stopped");
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(await readdir(path.join(supervised.folder, "engines"))).not.toContain("test.json");
  });

  it("is started again after a crash, with the same settings, and says why", async () => {
    const file = await timeline({ events: [{ when: { request: 2 }, do: { kind: "crash", exitCode: 3 } }] });
    supervised = await supervise({ timeline: file });
    await supervised.ready();
    expect(await supervised.ask("one")).toBe(200);
    expect(typeof (await supervised.ask("two"))).toBe("string");
    await waitFor("the crash to be seen", () => supervised?.supervisor.notReady !== null);
    await supervised.ready();
    expect(await supervised.ask("three")).toBe(200);
    expect(supervised.kinds()).toEqual(expect.arrayContaining(["exit", "diagnosis", "rung", "launch", "ready"]));
    expect(supervised.supervisor.rungs).toEqual([expect.objectContaining({ number: 1, diff: [] })]);
  });

  it("takes an end with exit code 0 for a crash", async () => {
    const file = await timeline({ events: [{ when: { request: 1 }, do: { kind: "engine-death", exitCode: 0 } }] });
    supervised = await supervise({ timeline: file });
    await supervised.ready();
    await supervised.ask("one");
    await waitFor("the crash to be seen", () => supervised?.kinds().includes("rung") === true);
    await supervised.ready();
    expect(supervised.supervisor.diagnosis?.cause).toMatch(/exit0_after_engine_death|worker_died/);
  });

  it("ends an engine that hangs, within the set time and a tenth, and starts another", async () => {
    const file = await timeline({ events: [{ when: { request: 2 }, do: { kind: "hang" } }] });
    supervised = await supervise({ timeline: file });
    await supervised.ready();
    expect(await supervised.ask("one")).toBe(200);
    supervised.supervisor.inFlight(1);
    supervised.supervisor.answersSaved(1);
    const asked = supervised.ask("two", 60_000);
    await waitFor("the hang to be seen", () => supervised?.kinds().includes("hang") === true);
    const hang = supervised.events.find(({ event }) => event === "hang");
    expect(hang?.["flatMs"]).toBeLessThanOrEqual(2_000 * 1.1 + 1_000);
    expect(typeof (await asked)).toBe("string");
    await supervised.ready();
    expect(supervised.supervisor.diagnosis?.cause).toBe("engine_hang");
  });

  it("changes the one setting that the log asks for, and starts with it", async () => {
    const fault = { kind: "kv-cache-too-small", estimatedMaxModelLen: 512 };
    const file = await timeline({ startup: { fault } });
    supervised = await supervise({ timeline: file }, {}, { flags: { "max-model-len": 4096 } });
    await waitFor("it to be given up or ready", () => {
      const now = supervised?.supervisor;
      return now?.failure !== null || now.notReady === null;
    });
    const [first] = supervised.supervisor.rungs;
    expect(first).toMatchObject({ cause: "kv_cache_too_small_for_max_len", diff: [{ setting: "--max-model-len" }] });
    expect(first?.diff[0]?.after).toBeLessThanOrEqual(512);
  });

  it("gives up what cannot be mended, with the reason and what to do, and leaves nothing running", async () => {
    const log = ["ERROR 11-21 10:00:00 [x.py:1] OSError: no space left", "OSError: [Errno 28] No space left on device"];
    const file = await timeline({ startup: { fault: { kind: "exit", exitCode: 1, log } } });
    supervised = await supervise({ timeline: file });
    await waitFor("it to be given up", () => supervised?.supervisor.failure !== null);
    expect(supervised.supervisor.state).toBe("failed");
    expect(supervised.supervisor.failure).toMatch(/disk|space/i);
    expect(supervised.supervisor.rungs).toEqual([]);
  });

  it("is started once when it is not to recover, and says why it ended", async () => {
    const fault = { kind: "kv-cache-too-small", estimatedMaxModelLen: 512 };
    const file = await timeline({ startup: { fault } });
    supervised = await supervise({ timeline: file }, { recovers: false }, { flags: { "max-model-len": 4096 } });
    await waitFor("its end", () => supervised?.supervisor.failure !== null);
    expect(supervised.supervisor.failure).toContain("4096");
    expect(supervised.kinds().filter((kind) => kind === "launch")).toHaveLength(1);
    expect(supervised.supervisor.rungs).toEqual([]);
  });

  it("gives up a start that gets no further", async () => {
    const file = await timeline({ startup: { fault: { kind: "never-ready" } } });
    supervised = await supervise({ timeline: file }, {}, { startTimeoutSeconds: 1 });
    await waitFor("a second try", () => (supervised?.kinds().filter((kind) => kind === "launch").length ?? 0) > 1);
    expect(supervised.supervisor.diagnosis).toMatchObject({ cause: "startup_timeout" });
  });
});
