// Runs on an engine that the program starts by itself: the simulator, from a profile. Nothing here is a real engine.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { waitFor } from "../../scripts/waitFor.ts";
import { property } from "../../server/src/util/unknown.ts";
import { answered, desk, isAlive } from "../support/engine/desk.ts";
import { requestLine } from "../support/run/runFixture.ts";

describe("a run on a profile (simulated)", () => {
  it("starts its engine, says that answers are simulated, and leaves no process and no socket", async () => {
    const { input, out, folder, call, engines } = await desk(50);
    const { exitCode, stdout } = await call("run", input, "--profile", "mine", "--out", out, "--json");
    expect({ exitCode, summary: JSON.parse(stdout) as unknown }).toMatchObject({
      exitCode: 0,
      summary: { completed: 50, failed: 0, simulated: true },
    });
    expect(await engines()).toEqual([]);
    expect(await readdir(path.join(folder, "state", "sockets"))).toEqual([]);
    expect(await readFile(path.join(out, "engine.log"), "utf8")).toContain("Application startup complete.");
    expect(await readFile(path.join(out, "run.json"), "utf8")).not.toMatch(/vb-[\w-]{20}/);
  });

  it("goes on when its engine is killed, each request answered once", async () => {
    const { input, out, ids, begin, engines } = await desk(600, { "sim-latency-ms": 40, "max-num-seqs": 16 });
    const run = begin("run", input, "--profile", "mine", "--out", out, "--in-flight", "8", "--json");
    await waitFor("some answers", async () => (await answered(out)).length > 50);
    const [engine] = await engines();
    process.kill(Number(property(engine, "pid")), "SIGKILL");
    const { exitCode, stdout } = await run.ended;
    expect({ exitCode, summary: JSON.parse(stdout) as unknown }).toMatchObject({
      exitCode: 0,
      summary: { completed: 600, failed: 0, engineRestarts: 1 },
    });
    expect((await answered(out)).toSorted()).toEqual(ids);
    expect(await isAlive(property(engine, "pid"))).toBe(false);
  });

  it("of ours is killed: the engine that it left is found and ended by the resume, which completes it", async () => {
    const { input, out, ids, begin, call, engines } = await desk(600, { "sim-latency-ms": 40 });
    const run = begin("run", input, "--profile", "mine", "--out", out, "--in-flight", "8");
    await waitFor("some answers", async () => (await answered(out)).length > 50);
    const [engine] = await engines();
    run.kill();
    await run.ended;
    expect(await isAlive(property(engine, "pid"))).toBe(true);
    const { exitCode, stdout, stderr } = await call("resume", out, "--json");
    expect(stderr).toContain("left an engine behind");
    expect({ exitCode, summary: JSON.parse(stdout) as unknown }).toMatchObject({
      exitCode: 0,
      summary: { completed: 600, failed: 0 },
    });
    expect(await isAlive(property(engine, "pid"))).toBe(false);
    expect((await answered(out)).toSorted()).toEqual(ids);
    expect(await engines()).toEqual([]);
  });

  it("ends with exit code 4 and the reason when its engine cannot be started, and can be resumed", async () => {
    const { folder, input, out, call, engines } = await desk(5, { timeline: "timeline.json" });
    const log = ["OSError: [Errno 28] No space left on device"];
    const fault = { kind: "exit", exitCode: 1, log };
    await writeFile(path.join(folder, "timeline.json"), JSON.stringify({ startup: { fault } }));
    const { exitCode, stderr } = await call("run", input, "--profile", "mine", "--out", out);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/disk|space/i);
    expect(await engines()).toEqual([]);
    await writeFile(path.join(folder, "timeline.json"), "{}");
    expect((await call("resume", out)).exitCode).toBe(0);
    expect(await answered(out)).toHaveLength(5);
  });
});

describe("a run whose requests are longer than what its engine has room for (simulated)", () => {
  it("stops with that reason, asks none of them, and does not make the context shorter than they are", async () => {
    const flags = { timeline: "timeline.json", "max-model-len": 4096 };
    const { folder, input, out, call } = await desk(0, flags);
    await writeFile(input, [1, 2, 3].map((index) => `${requestLine(index, { max_tokens: 900 })}\n`).join(""));
    const fault = { kind: "kv-cache-too-small", estimatedMaxModelLen: 512 };
    await writeFile(path.join(folder, "timeline.json"), JSON.stringify({ startup: { fault } }));
    const { exitCode, stderr } = await call("run", input, "--profile", "mine", "--out", out);
    expect(exitCode).toBe(4);
    expect(stderr).toContain("room for 512 tokens): the longest request needs about 904");
    expect(stderr).not.toContain("--max-model-len 512;");
    expect(await answered(out)).toEqual([]);
    expect(await readFile(path.join(out, "errors.jsonl"), "utf8")).toBe("");
  });

  it("is told before the engine is up, and runs what has room", async () => {
    const { input, out, call } = await desk(2, { "max-model-len": 512 });
    await writeFile(input, [5, 900].map((max, index) => `${requestLine(index + 1, { max_tokens: max })}\n`).join(""));
    const { exitCode, stderr } = await call("run", input, "--profile", "mine", "--out", out);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/takes 512 tokens per request.*One of 2 requests \(line 2\) needs about 904/);
    expect(await answered(out)).toEqual(["id-1"]);
  });
});

describe("an engine that is left running (simulated)", () => {
  it("is used by the runs that want the same, listed without its key, and ended by a verb", async () => {
    const { input, out, call, engines } = await desk(5);
    const model = "meta-llama/Llama-3.1-8B-Instruct";
    expect((await call("engine", "start", "--profile", "mine", "--model", model)).exitCode).toBe(0);
    const [kept] = await engines();
    expect(kept).toMatchObject({ profile: "mine", ready: true, keep: true, owner: null, simulated: true });
    expect(JSON.stringify(kept)).not.toMatch(/vb-[\w-]{20}/);
    const run = await call("run", input, "--profile", "mine", "--model", model, "--out", out);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("runs already") as string });
    expect((await engines()).map((engine) => property(engine, "pid"))).toEqual([property(kept, "pid")]);
    expect((await call("engine", "stop")).exitCode).toBe(0);
    expect(await isAlive(property(kept, "pid"))).toBe(false);
    expect((await call("engine", "status")).exitCode).toBe(1);
  });

  it("is used too when recovery has changed what was asked for, with the settings that it has", async () => {
    const { input, out, call, engines } = await desk(5, { "max-model-len": 4096, "num-gpu-blocks-override": 65 });
    const model = ["--model", "tiny"];
    const started = await call("engine", "start", "--profile", "mine", ...model);
    expect(started).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("1024") as string });
    const [kept] = await engines();
    const run = await call("run", input, "--profile", "mine", ...model, "--out", out);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("runs already") as string });
    expect((await engines()).map((engine) => property(engine, "pid"))).toEqual([property(kept, "pid")]);
    expect((await call("engine", "stop")).exitCode).toBe(0);
  });

  it("is remembered with its settings once it has answered 200 requests", async () => {
    const { folder, input, out, call } = await desk(220);
    expect((await call("engine", "restore")).exitCode).not.toBe(0);
    expect((await call("run", input, "--profile", "mine", "--out", out)).exitCode).toBe(0);
    expect((await call("engine", "restore")).exitCode).toBe(0);
    const restored = await readFile(path.join(folder, "state", "profiles", "last-known-good.json"), "utf8");
    expect(JSON.parse(restored)).toMatchObject({ engine: "simulator", hangSeconds: 5 });
  });

  it("is not ended by `engine stop` while a run works with it", async () => {
    const { input, out, begin, call, engines } = await desk(400, { "sim-latency-ms": 50 });
    const run = begin("run", input, "--profile", "mine", "--out", out, "--in-flight", "4", "--json");
    await waitFor("some answers", async () => (await answered(out)).length > 10);
    const { exitCode, stderr } = await call("engine", "stop");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(String(run.pid)) as string });
    expect(await engines()).toHaveLength(1);
    expect((await run.ended).exitCode).toBe(0);
  });
});

describe("a profile that came with the folder", () => {
  it("starts nothing before a person has agreed to it", async () => {
    const { folder, input, out, call } = await desk(5);
    const program = path.join(folder, "vllm");
    const witness = path.join(folder, "was-run");
    await writeFile(program, `#!/bin/sh\ntouch ${witness}\n`, { mode: 0o755 });
    await writeFile(path.join(folder, "evil.json"), JSON.stringify({ vllm: "./vllm", model: "x" }));
    const { exitCode, stderr } = await call("run", input, "--profile", "./evil.json", "--out", out);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--trust");
    expect(await readdir(folder)).not.toContain("was-run");
  });
});
