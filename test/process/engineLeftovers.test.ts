import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { waitFor } from "../../scripts/waitFor.ts";
import type { EngineRecord } from "../../server/src/engine/process/engineRecord.ts";
import { adoptLeftover, endLeftover, findLeftovers } from "../../server/src/engine/process/io/leftovers.io.ts";
import { isAlive, ownIdentity, readProcess } from "../../server/src/engine/process/io/processTable.io.ts";
import { startRecorded } from "../../server/src/engine/process/io/recordedEngine.io.ts";
import { readRecord, writeRecord } from "../../server/src/engine/process/io/records.io.ts";
import { ownScope } from "../../server/src/engine/process/io/scope.io.ts";
import { someDescription, someRecord } from "../support/engine/engineRecord.ts";
import { areGone, freshFolder, lineOf, linesOf, runOwner, startScript } from "../support/engine/standIn.ts";

const dead = { pid: 4_190_000, started: "1" };

async function place(id = "engine-1") {
  const folder = await freshFolder();
  const description = someDescription({ id, logFile: path.join(folder, "logs", `${id}.log`) });
  return { folder, id, description, logFile: description.logFile };
}

const shell = (script: string) => ({ command: "/bin/sh", args: ["-c", script], env: { PATH: process.env["PATH"] } });
const shellText = (script: string) => JSON.stringify({ ...shell(script), cwd: "/" });

/** An engine whose owner was killed as soon as it was recorded and had said so. */
async function leaveBehind(script: string, id?: string) {
  const where = await place(id);
  await runOwner(
    `const engine = await startRecorded(folder, description, ${shellText(script)});
     engine.process.listen((line) => { if (line === "up") engine.update().then(die); });`,
    [where.folder, JSON.stringify(where.description)],
  );
  const record = await readRecord(where.folder, where.id);
  if (record === null) throw new Error("There is no record.");
  return { ...where, record };
}

describe("a record", () => {
  test("is there with the engine, is the user's alone, and goes with it", async () => {
    const { folder, id, description } = await place();
    const engine = await startRecorded(folder, description, { ...shell("sleep 600 & echo up; wait"), cwd: folder });
    const file = path.join(folder, "engines", `${id}.json`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
    expect(await readRecord(folder, id)).toMatchObject({
      ...description,
      process: engine.process.identity,
      owner: await ownIdentity(),
      ready: false,
    });
    await lineOf(engine.process, "up");
    await engine.update({ ready: true });
    const record = await readRecord(folder, id);
    expect(record).toEqual(engine.record);
    expect(record?.ready).toBe(true);
    expect(record?.members).toHaveLength(2);
    await engine.stop({ graceMs: 0 });
    expect(await areGone(record?.members ?? [])).toBe(true);
    expect(await readRecord(folder, id)).toBeNull();
  });

  test("is brought up to date by itself", async () => {
    const { folder, id, description } = await place();
    const engine = await startRecorded(folder, description, { ...shell("sleep 600 & wait"), cwd: folder });
    await waitFor("both to be recorded", async () => (await readRecord(folder, id))?.members.length === 2);
    await engine.stop({ graceMs: 0 });
  });

  test("is not left by an engine that cannot be started", async () => {
    const { folder, description } = await place();
    const spawn = { command: "/nowhere/vllm", args: [], env: {}, cwd: folder };
    await expect(startRecorded(folder, description, spawn)).rejects.toThrow(/There is no program/);
    expect(await readdir(path.join(folder, "engines"))).toEqual([]);
  });

  test("of an engine that lives is not written over", async () => {
    const { folder, description } = await place();
    const engine = await startRecorded(folder, description, { ...shell("exec sleep 600"), cwd: folder });
    const again = startRecorded(folder, description, { ...shell("exec sleep 600"), cwd: folder });
    await expect(again).rejects.toThrow(`still runs (pid ${engine.process.identity.pid})`);
    await engine.stop({ graceMs: 0 });
  });
});

describe("an engine whose owner was killed", () => {
  test("goes on, is found with all that belongs to it, and ended", async () => {
    const talks = "n=0; while :; do n=$((n+1)); echo $n; sleep 0.05; done";
    const { folder, id, record, logFile } = await leaveBehind(`setsid sleep 600 & echo up; ${talks}`);
    const size = (await stat(logFile)).size;
    await waitFor("it to talk on", async () => (await stat(logFile)).size > size);
    const [leftover, ...others] = await findLeftovers(folder);
    expect(others).toEqual([]);
    expect(leftover?.record).toEqual(record);
    expect(leftover?.members.length).toBeGreaterThanOrEqual(2);
    expect(await endLeftover(folder, id, { graceMs: 0 })).toBe(true);
    expect(await areGone([...(leftover?.members ?? []), ...record.members])).toBe(true);
    expect(await findLeftovers(folder)).toEqual([]);
    expect(await readRecord(folder, id)).toBeNull();
  });

  test("before it was recorded is found by its mark, and ended", async () => {
    const { folder, id, description } = await place("engine-unrecorded");
    const script = "setsid sleep 600 & echo up; wait";
    const printed = await runOwner(
      `const record = { ...description, version: 1, mark: "m" + process.pid + "-" + Date.now(), scope: ownScope(), process: null, members: [],
         owner: await ownIdentity(), logStart: 0, startedAt: new Date().toISOString(), ready: false };
       await writeRecord(folder, record);
       const engine = await spawnEngine({ ...${shellText(script)}, mark: record.mark, logFile: description.logFile });
       (await import("node:fs")).writeSync(1, JSON.stringify(engine.identity));
       die();`,
      [folder, JSON.stringify(description)],
    );
    const identity = JSON.parse(printed) as { pid: number; started: string };
    expect(await isAlive(identity)).toBe(true);
    await waitFor("both to be there", async () => (await findLeftovers(folder))[0]?.members.length === 2);
    const [leftover] = await findLeftovers(folder);
    expect(leftover?.record.process).toBeNull();
    expect(leftover?.members).toContainEqual(identity);
    expect(await adoptLeftover(folder, id)).toBeNull();
    expect(await findLeftovers(folder)).toHaveLength(1);
    expect(await endLeftover(folder, id, { graceMs: 10_000 })).toBe(true);
    expect(await areGone(leftover?.members ?? [])).toBe(true);
  });

  test.each([
    ["is ended", "echo up; exec sleep 600"],
    ["is dead by itself", "echo up"],
  ])("and which %s leaves no socket", async (_, script) => {
    const { folder, id, record } = await leaveBehind(script);
    const socketPath = path.join(folder, "engine.sock");
    await writeFile(socketPath, "");
    await writeRecord(folder, { ...record, address: { url: "http://localhost", socketPath } });
    await endLeftover(folder, id, { graceMs: 0 });
    expect(await readRecord(folder, id)).toBeNull();
    expect(existsSync(socketPath)).toBe(false);
  });

  test("is adopted: heard from the beginning of its life, watched, stopped", async () => {
    const { folder, id, logFile } = await leaveBehind(
      "echo first; echo up; trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done",
    );
    const engine = await adoptLeftover(folder, id);
    if (engine === null) throw new Error("It was not adopted.");
    expect(await findLeftovers(folder)).toEqual([]);
    await lineOf(engine.process, "up");
    expect(engine.process.lastLines(10)[0]).toBe("first");
    await engine.stop({ graceMs: 20_000 });
    expect(await engine.process.exited).toEqual({ code: null, signal: null });
    expect((await linesOf(logFile)).at(-1)).toBe("bye");
    expect(await engine.process.transcript()).toBe(await readFile(logFile, "utf8"));
    expect(await readRecord(folder, id)).toBeNull();
  });

  test("is adopted, and its end is noticed though it is no child of ours", async () => {
    const { folder, id } = await leaveBehind("sleep 600 & echo up; wait");
    const engine = await adoptLeftover(folder, id);
    if (engine === null) throw new Error("It was not adopted.");
    process.kill(engine.process.identity.pid, "SIGKILL");
    const began = performance.now();
    expect(await engine.process.exited).toEqual({ code: null, signal: null });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await engine.process.members()).toHaveLength(1);
    await engine.stop({ graceMs: 0 });
    expect(await engine.process.members()).toEqual([]);
  });

  test("and whose first process is gone too cannot be adopted, only ended", async () => {
    const { folder, id, record } = await leaveBehind("sleep 600 & echo up; wait");
    process.kill(record.process?.pid ?? 0, "SIGKILL");
    await waitFor("it to be gone", async () => !(await isAlive(record.process ?? dead)));
    expect(await adoptLeftover(folder, id)).toBeNull();
    const [leftover] = await findLeftovers(folder);
    expect(leftover?.members).toHaveLength(1);
    expect(await endLeftover(folder, id, { graceMs: 0 })).toBe(true);
    expect(await areGone(leftover?.members ?? [])).toBe(true);
  });

  test("is adopted or ended by one of those who want to", async () => {
    const { folder, id } = await leaveBehind("echo up; exec sleep 600");
    const adopted = await Promise.all([1, 2, 3, 4].map(() => adoptLeftover(folder, id)));
    const [engine, ...others] = adopted.filter((one) => one !== null);
    expect(others).toEqual([]);
    expect(await endLeftover(folder, id, { graceMs: 0 })).toBe(false);
    expect(await isAlive(engine?.process.identity ?? dead)).toBe(true);
    await engine?.stop({ graceMs: 0 });
  });

  test("on purpose is let go, and adopted by a later life", async () => {
    const where = await place("engine-kept");
    await runOwner(
      `const engine = await startRecorded(folder, { ...description, keep: true }, ${shellText("echo up; exec sleep 600")});
       await engine.letGo();`,
      [where.folder, JSON.stringify(where.description)],
    );
    const [leftover] = await findLeftovers(where.folder);
    expect(leftover?.record.keep).toBe(true);
    const engine = await adoptLeftover(where.folder, where.id);
    await engine?.stop({ graceMs: 0 });
    expect(await areGone(leftover?.members ?? [dead])).toBe(true);
  });
});

describe("nobody else's process", () => {
  test("is touched though it is an engine of ours with the same id, of another state folder", async () => {
    const [one, other] = await Promise.all([1, 2].map(() => leaveBehind("echo up; exec sleep 600")));
    if (one === undefined || other === undefined) throw new Error("There are none.");
    expect(await endLeftover(one.folder, one.id, { graceMs: 0 })).toBe(true);
    expect(await findLeftovers(other.folder)).toHaveLength(1);
    expect(await endLeftover(other.folder, other.id, { graceMs: 0 })).toBe(true);
  });

  /** A stranger, and a record of an engine of ours that is dead. */
  async function stranger(change: (stranger: { pid: number; started: string }) => Partial<EngineRecord>) {
    const engine = await startScript("echo up; exec sleep 600");
    await lineOf(engine, "up");
    const folder = await freshFolder();
    const record = someRecord({
      scope: ownScope(),
      owner: dead,
      process: dead,
      members: [],
      ...change(engine.identity),
    });
    await writeRecord(folder, record);
    return { engine, folder, id: record.id };
  }

  test("is touched when it has the pid of an engine of ours, or of one of its members", async () => {
    const { engine, folder, id } = await stranger(({ pid }) => ({
      process: { pid, started: "1" },
      members: [{ pid, started: "1" }],
    }));
    expect(await endLeftover(folder, id, { graceMs: 0 })).toBe(false);
    expect(await isAlive(engine.identity)).toBe(true);
    expect(await readRecord(folder, id)).toBeNull();
    await engine.stop({ graceMs: 0 });
  });

  test.each([
    ["another machine", { hostname: "another" }, true],
    ["another container", { pidNamespace: "pid:[1]" }, true],
    ["before the last restart", { boot: "before" }, false],
  ])("is touched when the record is from %s", async (_, scope, isKept) => {
    const { engine, folder, id } = await stranger((identity) => ({
      process: identity,
      scope: { ...ownScope(), ...scope },
    }));
    expect(await findLeftovers(folder)).toEqual([]);
    expect(await endLeftover(folder, id, { graceMs: 0 })).toBe(false);
    expect(await isAlive(engine.identity)).toBe(true);
    expect((await readRecord(folder, id)) !== null).toBe(isKept);
    await engine.stop({ graceMs: 0 });
  });

  test("is touched while its owner lives", async () => {
    const owner = (await readProcess(process.ppid)) ?? dead;
    const { engine, folder, id } = await stranger((identity) => ({ process: identity, owner }));
    expect(await findLeftovers(folder)).toEqual([]);
    expect(await adoptLeftover(folder, id)).toBeNull();
    expect(await endLeftover(folder, id, { graceMs: 0 })).toBe(false);
    expect(await isAlive(engine.identity)).toBe(true);
    await engine.stop({ graceMs: 0 });
  });

  test("is made up from a file that is no record", async () => {
    const folder = await freshFolder();
    await mkdir(path.join(folder, "engines"));
    await writeRecord(folder, { ...someRecord(), version: 2 } as unknown as EngineRecord);
    expect(await findLeftovers(folder)).toEqual([]);
    expect(await readFile(path.join(folder, "engines", "engine-1.json"), "utf8")).toContain('"version": 2');
    expect(await findLeftovers(path.join(folder, "not", "there"))).toEqual([]);
  });
});
