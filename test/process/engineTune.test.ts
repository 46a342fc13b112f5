// The search for the longest context, on the simulator, which refuses a context as vLLM does. Nothing here is a real engine.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { property } from "../../server/src/util/unknown.ts";
import { tempFolder, writeInto } from "../support/tempFolder.ts";

/** A profile of the simulator in a state folder of its own. */
async function desk(flags: Record<string, string | number>) {
  const folder = await tempFolder();
  const profiles = path.join(folder, "state", "profiles");
  await writeInto(profiles, "mine.json", JSON.stringify({ basedOn: "simulator", model: "tiny", flags }));
  const begin = (...args: string[]) => {
    const child = execa(process.execPath, [programPath, "engine", ...args], {
      cwd: folder,
      env: { VLLM_BATCH_STATE_DIR: path.join(folder, "state") },
      stdin: "ignore",
      reject: false,
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const engines = async () => JSON.parse((await begin("status", "--json")).stdout) as unknown[];
  onTestFinished(async () => {
    for (const engine of await engines()) await begin("stop", String(property(engine, "id")));
  });
  return { folder, profiles, begin, engines };
}

/** 128 blocks of 16 tokens that requests can have, and one more that vLLM keeps back. */
const small = { "num-gpu-blocks-override": 129 };

describe("engine tune (simulated)", () => {
  it("finds the length that the KV cache holds in two starts, and writes it as a profile that then starts", async () => {
    const { profiles, begin, engines } = await desk(small);
    const tuned = await begin("tune", "--profile", "mine", "--save", "longest", "--json");
    expect(tuned.exitCode).toBe(0);
    expect(JSON.parse(tuned.stdout)).toMatchObject({
      found: 2048,
      reason: "narrowed",
      simulated: true,
      saved: { profile: "longest", file: path.join(profiles, "longest.json") },
      tries: [
        { length: 8192, works: false, mostByEngine: 2048, loadSeconds: null },
        { length: 2048, works: true, requests: 2, blockTokens: 16, why: null },
      ],
    });
    expect(tuned.stderr).toContain("2,048 tokens");
    expect(await engines()).toEqual([]);
    expect(JSON.parse(await readFile(path.join(profiles, "longest.json"), "utf8"))).toMatchObject({
      name: "longest",
      flags: { "num-gpu-blocks-override": 129, "max-model-len": 2048 },
    });
    expect((await begin("start", "--profile", "longest")).exitCode).toBe(0);
  });

  it("never writes over a profile that is there, or in the place of a built-in one, without --force", async () => {
    const { profiles, begin } = await desk(small);
    const before = await readFile(path.join(profiles, "mine.json"), "utf8");
    for (const name of ["mine", "desktop", "../mine"]) {
      const { exitCode, stderr } = await begin("tune", "--profile", "mine", "--save", name);
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.not.stringContaining("Start 1") as string });
    }
    expect(await readFile(path.join(profiles, "mine.json"), "utf8")).toBe(before);
    expect(await readdir(profiles)).toEqual(["mine.json"]);
    expect((await begin("tune", "--profile", "mine", "--save", "mine", "--force")).exitCode).toBe(0);
    expect(await readFile(path.join(profiles, "mine.json"), "utf8")).toContain('"max-model-len": 2048');
  });

  it("tries no longer than is wanted", async () => {
    const { begin } = await desk(small);
    const { stdout } = await begin("tune", "--profile", "mine", "--up-to", "1K", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      found: 1024,
      reason: "longest",
      tries: [{ length: 1024, works: true }],
    });
  });

  it("takes an engine that dies under load for too long a context, and ends within its starts", async () => {
    const { folder, begin, engines } = await desk({ ...small, timeline: "timeline.json" });
    const death = { when: { request: 1 }, do: { kind: "engine-death", exitCode: 0 } };
    await writeFile(path.join(folder, "timeline.json"), JSON.stringify({ events: [death] }));
    const { exitCode, stdout, stderr } = await begin("tune", "--profile", "mine", "--max-starts", "3", "--json");
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      found: null,
      reason: "startsUsed",
      tries: [
        { length: 8192 },
        { length: 2048, works: false, loadSeconds: expect.any(Number) as number },
        { length: 1024 },
      ],
    });
    expect(stderr).toContain("No context was found that works");
    expect(await engines()).toEqual([]);
  });

  it("stops at once when the length is not what is wrong, with the reason", async () => {
    const { folder, begin } = await desk({ timeline: "timeline.json" });
    const log = ["OSError: [Errno 28] No space left on device"];
    const fault = { kind: "exit", exitCode: 1, log };
    await writeFile(path.join(folder, "timeline.json"), JSON.stringify({ startup: { fault } }));
    const { exitCode, stdout, stderr } = await begin("tune", "--profile", "mine", "--json");
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ found: null, reason: "unrelated", tries: [{ works: false }] });
    expect(stderr).toMatch(/disk|space/i);
  });

  it("ends at Ctrl-C with nothing left running, and says the best so far", async () => {
    const { begin, engines } = await desk({ ...small, "sim-startup-ms": 100_000 });
    const tune = begin("tune", "--profile", "mine", "--json");
    await waitFor("its engine", async () => (await engines()).length === 1);
    tune.kill("SIGINT");
    const { exitCode, stdout, stderr } = await tune;
    expect(exitCode).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ found: null, reason: "interrupted", saved: null, tries: [] });
    expect(stderr).toContain("nothing of it is left running");
    expect(await engines()).toEqual([]);
  });

  it("does not measure beside an engine that holds memory", async () => {
    const { begin } = await desk({});
    expect((await begin("start", "--profile", "mine")).exitCode).toBe(0);
    const { exitCode, stderr } = await begin("tune", "--profile", "mine");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("engine stop") as string });
  });
});
