/** Whole runs on engines that are started for them: the test is who starts and watches them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isLocked } from "../../../../server/src/run/io/lock.io.ts";
import { readManifest, writeManifest } from "../../../../server/src/run/io/manifest.io.ts";
import { resumeRun, retryRun } from "../../../../server/src/run/io/resumeRun.io.ts";
import { beginEngine } from "../../../../server/src/run/io/startedEngine.io.ts";
import { startRun } from "../../../../server/src/run/io/startRun.io.ts";
import type { StartEngine } from "../../../../server/src/run/managedEngine.ts";
import { RunProblem } from "../../../../server/src/run/runProblem.ts";
import type { ManagedChoice, StartOptions } from "../../../../server/src/run/startOptions.ts";
import { property } from "../../../../server/src/util/unknown.ts";
import { FakeEngine, testProfile } from "../../../support/run/fakeEngine.ts";
import { idsUpTo, requestLine, RunFixture } from "../../../support/run/runFixture.ts";
import { ScriptedServer, sendError } from "../../../support/run/scriptedServer.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";

let fixture: RunFixture;
let server: ScriptedServer;
let other: ScriptedServer;
let engine: FakeEngine;

beforeEach(async () => {
  fixture = new RunFixture();
  server = await ScriptedServer.start(path.join(fixture.root, "a.sock"));
  other = new ScriptedServer(path.join(fixture.root, "b.sock"));
  engine = new FakeEngine();
  engine.address = server.address;
});
afterEach(async () => {
  await server.stop();
  await other.stop();
  fixture.remove();
});

const managed: ManagedChoice = { kind: "managed", profile: "small", recorded: null, keep: false };

const start = (rest: Partial<StartOptions> = {}, startEngine: StartEngine = engine.start) =>
  startRun(fixture.options("", {}, { engine: managed, ...rest }), fixture.world({}, startEngine));

const resume = (keepEngine = false) =>
  resumeRun(
    { folder: fixture.folder, engine: null, keepEngine, overrides: {}, fork: false },
    fixture.world({}, engine.start),
  );

const sorted = (ids: string[]) => ids.sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
const states = () =>
  fixture
    .lines("events.jsonl")
    .filter((line) => property(line, "event") === "engine")
    .map((line) => property(line, "state"));

describe("a run on an engine that is started for it", () => {
  it("is told what its longest request needs, and tells once which have no room, before it is up and after", async () => {
    fixture.writeLines([requestLine(1), requestLine(2, { max_tokens: 3_000 }), requestLine(3), "{"]);
    const said: string[] = [];
    engine.longestRequest = 2_048;
    const world = { ...fixture.world({}, engine.start), notify: (text: string) => void said.push(text) };
    const handle = await startRun(fixture.options("", {}, { engine: managed }), world);
    const short = () => said.filter((text) => text.includes("per request"));
    expect(engine.needed).toBe(3_000 + 4);
    expect(short()).toEqual([
      expect.stringMatching(/takes 2048 tokens.*One of 4 requests \(line 2\) needs about 3004/),
    ]);
    engine.down("it loads the weights");
    engine.longestRequest = 1_024;
    engine.ready();
    await handle.done;
    expect(short()).toHaveLength(2);
    expect(states().filter((state) => state === "shortContext")).toHaveLength(2);
    expect((await readManifest(fixture.folder)).input.longest).toEqual({ line: 2, tokens: 3_004 });
  });

  it("is refused when the name that would be sent is not the engine's", async () => {
    fixture.write(1, { model: "tiny" });
    await expect(start({ overrides: { models: { tiny: "tiny:latest" } } })).rejects.toThrow(
      'The engine of the profile small does not serve "tiny:latest".',
    );
  });

  it("of the first few requests looks at no others for what it needs, and says nothing when there is room", async () => {
    fixture.writeLines([requestLine(1, { max_tokens: 50 }), requestLine(2, { max_tokens: 3_000 })]);
    engine.longestRequest = 54;
    const handle = await start({ selection: { limit: 1 } });
    engine.ready();
    await handle.done;
    expect(engine.needed).toBe(54);
    expect(states()).not.toContain("shortContext");
  });

  it("is recorded with the settings that have answered, and not with others that did not", async () => {
    fixture.write(20);
    const handle = await start();
    const others = { ...testProfile.flags, "max-num-seqs": 2 };
    const settings = async () => (await readManifest(fixture.folder)).engine.managed?.settings?.flags;
    engine.recovered = { ...testProfile, flags: others };
    engine.fails("it cannot be started");
    await handle.done;
    expect(await settings()).toEqual(testProfile.flags);
    engine.failure = null;
    const again = await resume();
    engine.ready();
    await again.done;
    expect(await settings()).toEqual(others);
  });

  it("waits for it in its folder, shows how far it is, and sends over its socket when it is ready", async () => {
    fixture.write(20);
    const handle = await start();
    expect(existsSync(path.join(fixture.folder, "run.json"))).toBe(true);
    engine.loads({ phase: "loading", done: 3, total: 8 }, "it loads the weights, 3 of 8");
    expect(handle.progress()).toMatchObject({
      notice: "Waiting for the engine: it loads the weights, 3 of 8.",
      engineStart: { phase: "loading", done: 3, total: 8 },
    });
    expect(server.received).toEqual([]);
    engine.version = "0.32.0";
    engine.ready();
    const { summary, end } = await handle.done;
    expect({ end, ...summary }).toMatchObject({ end: "done", completed: 20, engineRestarts: 0, simulated: false });
    expect(handle.progress()).not.toHaveProperty("engineStart");
    expect(server.received[0]?.headers.authorization).toBe("Bearer key-4711");
    expect(engine).toMatchObject({ saved: 20, inHand: 0, released: 1 });
    expect((await readManifest(fixture.folder)).engine).toMatchObject({
      kind: "managed",
      version: "0.32.0",
      models: ["tiny"],
    });
  });

  it("has it begin before the file is checked, with the model that the first request names", async () => {
    fixture.writeLines([requestLine(1), "{"]);
    let statusAtStart: string | null = "none";
    const startEngine: StartEngine = (order) => {
      statusAtStart = existsSync(path.join(fixture.folder, "run.json")) ? "a manifest" : "no manifest";
      return engine.start(order);
    };
    const handle = await start({}, startEngine);
    engine.ready();
    await handle.done;
    expect(statusAtStart).toBe("no manifest");
    expect(engine.order).toMatchObject({ profile: "small", work: { model: "tiny" }, keep: false, recorded: null });
  });

  it("keeps its lines in engine.log and its events among its own, the first ones too", async () => {
    fixture.write(1);
    const startEngine: StartEngine = async (order) => {
      order.onLine("INFO first");
      order.onEvent({ at: "2026-11-21T00:00:00.000Z", event: "launch", argv: ["serve"] });
      return await engine.start(order);
    };
    const handle = await start({}, startEngine);
    engine.order.onLine("INFO ready");
    engine.order.onEvent({ at: "2026-11-21T00:00:01.000Z", event: "ready" });
    engine.ready();
    await handle.done;
    expect(readFileSync(path.join(fixture.folder, "engine.log"), "utf8")).toBe("INFO first\nINFO ready\n");
    expect(states()).toEqual(["launch", "ready"]);
    const launch = fixture.lines("events.jsonl").find((line) => property(line, "state") === "launch");
    expect(launch).toEqual({
      at: "2026-11-21T00:00:00.000Z",
      event: "engine",
      argv: ["serve"],
      state: "launch",
    });
  });

  it("loses and doubles nothing when it dies and comes back at another address", async () => {
    fixture.write(100);
    const deaths: Promise<void>[] = [];
    server.script = ({ index }) => {
      if (index === 50) {
        engine.down("it ended with SIGKILL");
        deaths.push(server.die());
      }
      return index >= 50 ? "handled" : undefined;
    };
    const handle = await start();
    engine.ready();
    await waitFor("the death", () => deaths.length > 0);
    await Promise.all(deaths);
    await other.listen();
    engine.ready(other.address);
    const { summary } = await handle.done;
    expect(summary).toMatchObject({ status: "completed", completed: 100, failed: 0, engineRestarts: 1 });
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(100));
    expect(states()).toEqual(["away", "back"]);
    expect(engine.saved).toBe(100);
    expect(other.received.length).toBeGreaterThan(50);
  });

  it("is sent again to what takes its place, though its old address is still open", async () => {
    fixture.write(8);
    server.script = () => "handled";
    const handle = await start();
    engine.ready();
    await waitFor("requests in flight", () => server.received.length === 4);
    await other.listen();
    engine.down("it hangs");
    engine.ready(other.address);
    expect((await handle.done).summary).toMatchObject({ completed: 8, failed: 0 });
    expect(other.received).toHaveLength(8);
  });

  it("finds out the request that kills it, and says that the crashes are explained", async () => {
    fixture.write(12);
    const back = async (): Promise<void> => {
      await server.die();
      await server.listen();
      engine.ready();
    };
    const deaths: Promise<void>[] = [];
    server.script = ({ index }) => {
      if (index !== 5) return undefined;
      engine.down("it ended with SIGSEGV");
      deaths.push(back());
      return "handled";
    };
    const handle = await start();
    engine.ready();
    const { summary } = await handle.done;
    await Promise.all(deaths);
    expect(summary).toMatchObject({ status: "completed", completed: 11, failed: 1 });
    expect(property(property(fixture.lines("errors.jsonl")[0], "error"), "code")).toBe("run.killsEngine");
    expect(engine.told).toContain("isolating");
    expect(engine.told).toContain("explained");
  });

  it("is called simulated when it is", async () => {
    fixture.write(1);
    engine.profile = { ...testProfile, engine: "simulator" };
    const handle = await start();
    expect(handle.progress().simulated).toBe(true);
    engine.ready();
    expect((await handle.done).summary.simulated).toBe(true);
  });

  it("may be told to leave it running", async () => {
    fixture.write(1);
    const handle = await start({ engine: { ...managed, keep: true } });
    engine.ready();
    await handle.done;
    expect(engine.order.keep).toBe(true);
    expect(engine.released).toBe(1);
  });

  it("says so when it cannot be ended, and closes its files all the same", async () => {
    fixture.write(1);
    engine.release = () => Promise.reject(new Error("Process 4711 cannot be ended."));
    const handle = await start();
    engine.ready();
    expect((await handle.done).end).toBe("done");
    expect(fixture.said).toContain("Process 4711 cannot be ended.");
    expect(isLocked(fixture.folder)).toBe(false);
  });
});

describe("an engine that cannot be had", () => {
  const refuses: StartEngine = () => Promise.reject(new RunProblem("usage", "There is no profile small."));

  it("ends the run when its watcher gives it up, with his reason; a resume starts the same one", async () => {
    fixture.write(30);
    server.script = ({ index }) => (index > 10 ? "handled" : undefined);
    const handle = await start();
    engine.ready();
    await waitFor("requests in flight", () => server.received.length === 14);
    engine.fails("The GPU has 2.1 GiB free, and 12.6 are needed.");
    const { summary, end } = await handle.done;
    expect({ end, ...summary }).toMatchObject({ end: "engineFailed", status: "failed", completed: 10, failed: 0 });
    expect(summary.reason).toBe("The engine failed. The GPU has 2.1 GiB free, and 12.6 are needed.");
    expect(engine.released).toBe(1);

    server.script = () => undefined;
    engine.failure = null;
    const resumed = await resume(true);
    expect(engine.order).toMatchObject({
      profile: "small",
      work: { model: "tiny" },
      keep: true,
      recorded: testProfile,
    });
    engine.ready();
    expect((await resumed.done).summary).toMatchObject({ status: "completed", completed: 30 });
    expect(engine.saved).toBe(30);
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(30));
  });

  it("leaves a run that can be resumed when not even the first start succeeds", async () => {
    fixture.write(3);
    const handle = await start();
    engine.order.onLine("torch.OutOfMemoryError");
    engine.fails("It does not fit.");
    expect(await handle.done).toMatchObject({ end: "engineFailed", summary: { status: "failed", completed: 0 } });
    expect(readFileSync(path.join(fixture.folder, "engine.log"), "utf8")).toContain("OutOfMemory");
    engine.failure = null;
    const resumed = await resume();
    engine.ready();
    expect((await resumed.done).summary.completed).toBe(3);
  });

  it("keeps a run from beginning when it cannot be tried, and says why", async () => {
    fixture.write(1);
    await expect(start({}, refuses)).rejects.toThrow("There is no profile small.");
    expect(readdirSync(fixture.root).sort()).toEqual(["a.sock", "batch.jsonl"]);
  });

  it("says that, and not what is wrong with the file, when both are", async () => {
    fixture.writeLines(["{"]);
    await expect(start({}, refuses)).rejects.toThrow("There is no profile small.");
  });

  it("breaks off what is done in the meantime", async () => {
    const pending = beginEngine(
      managed,
      { model: "tiny", file: null, url: null },
      fixture.root,
      fixture.world({}, refuses),
    );
    const { signal } = pending.meanwhile;
    await waitFor("the end of it", () => signal.aborted);
    expect(await pending.abandon(new Error("The check was broken off."))).toMatchObject({ kind: "usage" });
  });

  it("touches nothing of a run that is to be tried again", async () => {
    fixture.write(2);
    server.script = (_received, response) => sendError(response, 400, "no");
    const handle = await start();
    engine.ready();
    await handle.done;
    const before = readFileSync(path.join(fixture.folder, "errors.jsonl"), "utf8");
    const options = { folder: fixture.folder, only: [], engine: null, keepEngine: false };
    await expect(retryRun(options, fixture.world({}, refuses))).rejects.toThrow("There is no profile small.");
    expect(readFileSync(path.join(fixture.folder, "errors.jsonl"), "utf8")).toBe(before);
    expect(isLocked(fixture.folder)).toBe(false);

    server.script = () => undefined;
    const retried = await retryRun(options, fixture.world({}, engine.start));
    engine.ready();
    expect((await retried.done).summary).toMatchObject({ completed: 2, failed: 0 });
  });
});

describe("an engine that is not wanted after all", () => {
  it.each([
    ["the file has nothing to run", ["{"], {}, /There is nothing to run/],
    ["the file is to be without errors", [requestLine(1), "{"], { strict: true }, /have errors/],
    ["the file names several models", [requestLine(1), requestLine(2, { model: "other" })], {}, /split .* --by-model/],
    ["it serves under another name", [requestLine(1, { model: "other" })], {}, /engine of the profile small does not/],
  ])("is ended when %s, and no folder is left", async (_name, lines, rest, message) => {
    fixture.writeLines(lines);
    await expect(start(rest)).rejects.toThrow(message);
    expect(engine.released).toBe(1);
    expect(engine.order.signal.aborted).toBe(true);
    expect(existsSync(fixture.folder)).toBe(false);
  });

  it("leaves nothing in a folder that was there before, whatever it still says", async () => {
    fixture.writeLines(["{"]);
    mkdirSync(fixture.folder);
    await expect(start()).rejects.toThrow(/There is nothing to run/);
    engine.order.onLine("a last line");
    await setImmediate();
    expect(readdirSync(fixture.folder)).toEqual([]);
  });

  it("says what the engine is for: the file, its model and what its first request asks for", async () => {
    fixture.write(2);
    const handle = await start();
    expect(engine.order.work).toEqual({ model: "tiny", file: fixture.input, url: "/v1/chat/completions" });
    engine.ready();
    await handle.done;
  });

  it("runs a file of several models as the one that is asked for", async () => {
    fixture.writeLines([requestLine(1, { model: "a" }), requestLine(2, { model: "b" })]);
    const handle = await start({ overrides: { model: "tiny" } });
    expect(engine.order.work.model).toBe("tiny");
    engine.ready();
    expect((await handle.done).summary).toMatchObject({ completed: 2 });
  });

  it("is given up when the run is interrupted while it is looked for", async () => {
    fixture.write(1);
    const startEngine: StartEngine = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new RunProblem("stopped", "Stopped.")));
        fixture.aborter.abort();
      });
    await expect(start({}, startEngine)).rejects.toMatchObject({ kind: "stopped" });
    expect(existsSync(fixture.folder)).toBe(false);
  });

  it("is ended when the run is interrupted before it had begun", async () => {
    fixture.write(1);
    const startEngine: StartEngine = async (order) => {
      const made = await engine.start(order);
      fixture.aborter.abort();
      return made;
    };
    await expect(start({}, startEngine)).rejects.toMatchObject({ kind: "stopped" });
    expect(engine.released).toBe(1);
    expect(existsSync(fixture.folder)).toBe(false);
  });

  it("is ended when the run is interrupted while nothing but its launch is waited for", async () => {
    fixture.write(1);
    const startEngine: StartEngine = async (order) => {
      const isChecked = async () => (await readManifest(fixture.folder).catch(() => null))?.input.sha256 !== "";
      await waitFor("the manifest", () => existsSync(path.join(fixture.folder, "run.json")));
      await waitFor("the end of the check", isChecked);
      fixture.aborter.abort();
      return await engine.start(order);
    };
    await expect(start({}, startEngine)).rejects.toMatchObject({ kind: "stopped" });
    expect(engine.released).toBe(1);
  });

  it("is ended when the run is interrupted during its start, and the run can be resumed", async () => {
    fixture.write(3);
    const handle = await start();
    handle.drain();
    expect(await handle.done).toMatchObject({ end: "stopped", summary: { status: "paused", completed: 0 } });
    expect(engine.released).toBe(1);
    const resumed = await resume();
    engine.ready();
    expect((await resumed.done).summary.completed).toBe(3);
  });
});

describe("the manifest", () => {
  it("keeps the profile as it was, without secrets", async () => {
    fixture.write(1);
    engine.profile = {
      ...testProfile,
      flags: { ...testProfile.flags, "api-key": "secret-flag" },
      env: { HF_TOKEN: "secret-env", OMP_NUM_THREADS: "4", HTTPS_PROXY: "http://me:secret-url@proxy" },
    };
    const handle = await start();
    engine.ready();
    await handle.done;
    const { engine: record } = await readManifest(fixture.folder);
    expect(record.managed).toEqual({
      profile: "small",
      settings: { ...testProfile, env: { HF_TOKEN: null, OMP_NUM_THREADS: "4", HTTPS_PROXY: null } },
    });
    for (const name of readdirSync(fixture.folder)) {
      expect(readFileSync(path.join(fixture.folder, name), "utf8")).not.toMatch(/secret-|key-4711/);
    }
  });

  it("is not one when it speaks of a managed engine without its profile, or with a broken one", async () => {
    fixture.write(1);
    const handle = await start();
    handle.stop();
    await handle.done;
    const file = path.join(fixture.folder, "run.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace('"managed":', '"unmanaged":'));
    await expect(resume()).rejects.toThrow(/is not a manifest that this version can read: engine must have required/);
    writeFileSync(file, text.replace('"max-num-seqs": 4', '"max-num-seqs": {}'));
    await expect(resume()).rejects.toThrow(/engine.managed.settings/);
  });

  it("is of another engine when the run is resumed on one", async () => {
    fixture.write(3);
    const handle = await start();
    handle.drain();
    await handle.done;
    const attached = await ScriptedServer.start();
    const choice = { kind: "attached", url: attached.url, apiKeyEnv: null } as const;
    const options = { folder: fixture.folder, engine: choice, keepEngine: false, overrides: {}, fork: false };
    expect((await (await resumeRun(options, fixture.world())).done).summary.completed).toBe(3);
    await attached.stop();
    const { engine: record } = await readManifest(fixture.folder);
    expect(record).toMatchObject({ kind: "attached", url: attached.url });
    expect(record).not.toHaveProperty("managed");
  });
});

describe("--keep-engine", () => {
  it("is refused for a run whose engine was not started for it, with resume and with retry", async () => {
    fixture.write(1);
    const handle = await start();
    engine.ready();
    await handle.done;
    const attached = { kind: "attached", url: "http://127.0.0.1:9", apiKeyEnv: null } as const;
    const manifest = await readManifest(fixture.folder);
    delete manifest.engine.managed;
    manifest.engine.kind = "attached";
    await writeManifest(fixture.folder, manifest);
    const refused = { kind: "usage", message: expect.stringContaining("--keep-engine") as string };
    await expect(resume(true)).rejects.toMatchObject(refused);
    const { folder } = fixture;
    const world = fixture.world({}, engine.start);
    const retried = retryRun({ folder, only: [], engine: attached, keepEngine: true }, world);
    await expect(retried).rejects.toMatchObject(refused);
    expect(isLocked(fixture.folder)).toBe(false);
  });
});
