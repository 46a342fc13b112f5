// The longest context and the speed, found on the simulator, which refuses a context as vLLM does. Nothing here is a
// real engine.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { property } from "../../server/src/util/unknown.ts";
import { replayTool, rtx4090 } from "../support/gpu/replay.ts";
import { requestLine } from "../support/run/runFixture.ts";
import { tempFolder, writeInto } from "../support/tempFolder.ts";

/** A profile of the simulator in a state folder of its own. */
async function desk(flags: Record<string, string | number>, env: Record<string, string> = {}) {
  const folder = await tempFolder();
  const profiles = path.join(folder, "state", "profiles");
  await writeInto(profiles, "mine.json", JSON.stringify({ basedOn: "simulator", model: "tiny", flags }));
  const begin = (...args: string[]) => {
    const child = execa(process.execPath, [programPath, "engine", ...args], {
      cwd: folder,
      env: { VLLM_BATCH_STATE_DIR: path.join(folder, "state"), TMPDIR: path.join(folder, "tmp"), ...env },
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

  it("does not make a folder's profile trusted for ever, though it is trusted now", async () => {
    const { folder, profiles, begin } = await desk(small);
    const text = JSON.stringify({ basedOn: "simulator", model: "tiny", env: { LD_PRELOAD: "x.so" } });
    await writeInto(path.join(folder, ".vllm-batch", "profiles"), "theirs.json", text);
    const { exitCode, stderr } = await begin("tune", "--profile", "theirs", "--trust", "--save", "long");
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("LD_PRELOAD") as string });
    expect(await readdir(profiles)).toEqual(["mine.json"]);
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

describe("engine calibrate (simulated)", () => {
  /** 400 requests, and an engine that runs eight at once. */
  const prepare = async (flags: Record<string, string | number> = {}, env: Record<string, string> = {}) => {
    const made = await desk({ "max-num-seqs": 8, "sim-decode-ms": 2, ...flags }, env);
    const lines = Array.from({ length: 400 }, (_, index) => `${requestLine(index + 1)}\n`);
    const input = await writeInto(path.join(made.folder, "work"), "a.jsonl", lines.join(""));
    const temporary = path.join(made.folder, "tmp");
    await writeInto(temporary, "there", "");
    return { ...made, input, temporary };
  };

  it("starts one engine for all passes, says how fast it is, and leaves neither engine nor answers", async () => {
    const { folder, input, temporary, begin, engines } = await prepare();
    const { exitCode, stdout } = await begin("calibrate", input, "--profile", "mine", "--model", "tiny", "--json");
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as { passes: { answered: number }[] };
    expect(report).toMatchObject({
      requests: 400,
      simulated: true,
      tokensPerSecond: expect.any(Number) as number,
      hours: expect.any(Number) as number,
      energy: null,
      energyUnknown: "the engine is simulated",
    });
    expect(report.passes.length).toBeGreaterThan(1);
    for (const { answered } of report.passes) expect(answered).toBe(50);
    expect(await readdir(path.join(folder, "state", "logs"))).toHaveLength(1);
    expect(await engines()).toEqual([]);
    expect(await readdir(path.dirname(input))).toEqual(["a.jsonl"]);
    expect(await readdir(temporary)).toEqual(["there"]);
  });

  it("keeps the answers where it is told to, on a server that is there", async () => {
    const gpu = await replayTool("nvidia-smi", "replay(() => all());", [rtx4090]);
    onTestFinished(() => gpu.remove());
    const { folder, input, begin } = await prepare({}, { PATH: `${gpu.folder}:${process.env["PATH"] ?? ""}` });
    const server = execa(process.execPath, [programPath, "simulate", "tiny", "--port", "0"], { reject: false });
    onTestFinished(() => void server.kill("SIGKILL"));
    let log = "";
    server.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
    server.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    await waitFor("the server", () => log.includes("Application startup complete."));
    const url = /Starting vLLM server on (http:\/\/\S+)/.exec(log)?.[1] ?? "";
    const out = path.join(folder, "kept");
    const args = ["--endpoint", url, "--model", "tiny", "--sample", "20", "--out", out];
    expect((await begin("calibrate", input, ...args)).exitCode).toBe(0);
    expect((await readdir(out)).slice(0, 2)).toEqual(["pass-1", "pass-2"]);
    const answers = await readFile(path.join(out, "pass-1", "output.jsonl"), "utf8");
    expect(answers.trimEnd().split("\n")).toHaveLength(20);
    // One (replayed) tool over all passes.
    expect(await gpu.lives()).toHaveLength(1);
  });

  it("ends at Ctrl-C with no engine and no answers left", async () => {
    const { input, temporary, begin, engines } = await prepare({ "sim-startup-ms": 100_000 });
    const calibrating = begin("calibrate", input, "--profile", "mine", "--model", "tiny");
    await waitFor("its engine", async () => (await engines()).length === 1);
    calibrating.kill("SIGINT");
    const { exitCode, stderr } = await calibrating;
    expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringContaining("Stop") as string });
    expect(await engines()).toEqual([]);
    expect(await readdir(temporary)).toEqual(["there"]);
  });

  it("says why when the engine does not start", async () => {
    const { folder, input, begin } = await prepare({ timeline: "timeline.json" });
    const fault = { kind: "exit", exitCode: 1, log: ["OSError: [Errno 28] No space left on device"] };
    await writeFile(path.join(folder, "timeline.json"), JSON.stringify({ startup: { fault } }));
    const { exitCode, stderr } = await begin("calibrate", input, "--profile", "mine", "--model", "tiny");
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringMatching(/disk|space/i) as string });
  });
});
