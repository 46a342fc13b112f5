import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { waitFor } from "../../scripts/waitFor.ts";
import type { EngineProcess } from "../../server/src/engine/process/engineProcess.ts";
import type { Members } from "../../server/src/engine/process/io/members.io.ts";
import { isAlive, readProcess, startedWith } from "../../server/src/engine/process/io/processTable.io.ts";
import { signalMembers } from "../../server/src/engine/process/io/signals.io.ts";
import { spawnEngine } from "../../server/src/engine/process/io/spawnEngine.io.ts";
import { stopMembers } from "../../server/src/engine/process/io/stopMembers.io.ts";
import { areGone, freshFolder, lineOf, startScript } from "../support/engine/standIn.ts";

const started: EngineProcess[] = [];
const start: typeof startScript = async (script, options) => {
  const engine = await startScript(script, options);
  started.push(engine);
  return engine;
};

afterEach(async () => {
  for (const engine of started.splice(0)) await engine.stop({ graceMs: 0 });
});

/**
 * Lets a script wait (`read x <&3`) until a line is written to `go`. It holds both ends for all of its life: a reader of
 * its own for each wait could be there while the last writer still closes, and then gets an end instead of a line.
 */
const gate = "mkfifo go; exec 3<>go";

describe("an engine", () => {
  test("leads a session and a group of its own, and knows its environment and no other", async () => {
    process.env["OF_OURS"] = "1";
    const engine = await start("env; echo up; exec sleep 600", {
      mark: "m 1",
      env: { PATH: process.env["PATH"], GIVEN: "yes" },
    });
    await lineOf(engine, "up");
    const { pid } = engine.identity;
    expect(await readProcess(pid)).toMatchObject({ ...engine.identity, group: pid, session: pid, parent: process.pid });
    expect(engine.lastLines(100)).toEqual(expect.arrayContaining(["GIVEN=yes", "VLLM_BATCH_ENGINE_ID=m 1"]));
    expect(engine.lastLines(100)).not.toContain("OF_OURS=1");
    expect(await engine.members()).toEqual([engine.identity]);
  });

  test("that cannot be started says why, and leaves no file open", async () => {
    const folder = await freshFolder();
    const options = { mark: "a", args: [], env: {}, cwd: folder, logFile: path.join(folder, "new", "engine.log") };
    await writeFile(path.join(folder, "text"), "");
    const files = await openFiles();
    const missing = path.join(folder, "vllm");
    await expect(spawnEngine({ ...options, command: missing })).rejects.toThrow(`There is no program ${missing}.`);
    await expect(spawnEngine({ ...options, command: path.join(folder, "text") })).rejects.toThrow(/cannot be run/);
    await expect(spawnEngine({ ...options, command: "/bin/sh", cwd: "/nowhere" })).rejects.toThrow(
      "The folder /nowhere, where /bin/sh is to run, does not exist.",
    );
    expect(await openFiles()).toBe(files);
  });

  test("tells how it ended, after all that it said", async () => {
    const engine = await start("echo first; printf 'last, without an end'; exit 3");
    expect(await engine.exited).toEqual({ code: 3, signal: null });
    expect(engine.lastLines(2)).toEqual(["first", "last, without an end"]);
    expect(await engine.transcript()).toBe("first\nlast, without an end");
    expect(await engine.members()).toEqual([]);
    await engine.stop({ graceMs: 0 });
  });
});

describe("stopping", () => {
  test("is TERM first", async () => {
    const engine = await start("trap 'echo told; exit 0' TERM; echo up; while :; do sleep 0.05; done");
    await lineOf(engine, "up");
    await engine.stop({ graceMs: 20_000 });
    expect(await engine.exited).toEqual({ code: 0, signal: null });
    expect(engine.lastLines(1)).toEqual(["told"]);
  });

  test("is KILL for one that ignores TERM, with all of its group", async () => {
    const engine = await start("trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo up; wait");
    await lineOf(engine, "up");
    const members = await engine.members();
    expect(members.length).toBeGreaterThanOrEqual(2);
    await engine.stop({ graceMs: 300 });
    expect(await engine.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(await areGone(members)).toBe(true);
  });

  test("wakes one that was stopped (SIGSTOP), so that its TERM arrives", async () => {
    const engine = await start("trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done");
    await lineOf(engine, "up");
    process.kill(engine.identity.pid, "SIGSTOP");
    await engine.stop({ graceMs: 20_000 });
    expect(await engine.exited).toEqual({ code: 7, signal: null });
  });

  test("has one outcome for all who ask, and as much patience as the least patient", async () => {
    const engine = await start("trap '' TERM; echo up; while :; do sleep 0.05; done");
    await lineOf(engine, "up");
    const began = performance.now();
    const patient = engine.stop({ graceMs: 120_000 });
    await Promise.all([patient, engine.stop({ graceMs: 200 }), engine.stop({ graceMs: 60_000 })]);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await engine.members()).toEqual([]);
    await engine.stop({ graceMs: 0 });
  });

  test("rejects when somebody is alive after KILL, and names him", async () => {
    // Nothing that we can start survives a KILL: one that is said to live and does not is as good.
    const row = { pid: 4_190_000, started: "1", parent: 1, group: 4_190_000, session: 4_190_000 };
    const find = () => Promise.resolve([row]);
    const members: Pick<Members, "find" | "glance"> = { find, glance: find };
    await expect(stopMembers(members, 4_189_999, () => 0)).rejects.toThrow(/Still alive 10 s after SIGKILL: .*4190000/);
  });
});

describe("what an engine leaves behind", () => {
  test("when it is killed: its child in the same group, found and ended", async () => {
    const engine = await start("sleep 600 & echo up; wait");
    await lineOf(engine, "up");
    process.kill(engine.identity.pid, "SIGKILL");
    expect(await engine.exited).toEqual({ code: null, signal: "SIGKILL" });
    const left = await engine.members();
    expect(left).toHaveLength(1);
    await engine.stop({ graceMs: 10_000 });
    expect(await areGone(left)).toBe(true);
  });

  test("when it ends at once, before anybody has looked, and its child has no mark", async () => {
    const engine = await start("env -u VLLM_BATCH_ENGINE_ID sleep 600 & exit 3");
    expect(await engine.exited).toEqual({ code: 3, signal: null });
    const left = await engine.members();
    expect(left).toHaveLength(1);
    await engine.stop({ graceMs: 10_000 });
    expect(await areGone(left)).toBe(true);
  });

  test("in a session of its own, seen while its parent lived, and without a mark", async () => {
    const engine = await start("env -u VLLM_BATCH_ENGINE_ID setsid sleep 600 & echo up; wait");
    await lineOf(engine, "up");
    const away = await waitFor("the child to be away", async () => {
      const members = await engine.members();
      const rows = await Promise.all(members.map(({ pid }) => readProcess(pid)));
      return rows.find((row) => row !== null && row.session !== engine.identity.pid);
    });
    process.kill(engine.identity.pid, "SIGKILL");
    await engine.exited;
    expect((await engine.members()).map(({ pid }) => pid)).toEqual([away.pid]);
    await engine.stop({ graceMs: 10_000 });
    expect(await isAlive(away)).toBe(false);
  });

  test("in a session of its own, never seen, but with the mark", async () => {
    const away = "setsid sh -c 'echo $$ > away; exec sleep 600' &";
    const engine = await start(`mkfifo away; ${away} read pid < away; echo $pid; exit 0`, { cwd: await freshFolder() });
    await engine.exited;
    const pid = Number(engine.lastLines(1)[0]);
    expect((await engine.members()).map((one) => one.pid)).toEqual([pid]);
    await engine.stop({ graceMs: 10_000 });
    expect(await readProcess(pid)).toBeNull();
  });

  test("is known by its environment also while it executes another program", async () => {
    const script = path.join(await freshFolder(), "again");
    await writeFile(script, `#!/bin/sh\nexec "${script}"\n`, { mode: 0o755 });
    const engine = await start(`LOOKED_FOR=yes "${script}" & echo $!; wait`);
    await waitFor("its pid", () => engine.lastLines(1).length > 0);
    const pid = Number(engine.lastLines(1)[0]);
    for (let look = 0; look < 100; look++) {
      expect(await startedWith([pid], "LOOKED_FOR=yes")).toEqual(new Set([pid]));
    }
  });

  test("does not hold up what it said itself", async () => {
    const engine = await start("sleep 600 & printf 'last, without an end'; exit 3");
    expect(await engine.exited).toEqual({ code: 3, signal: null });
    expect(engine.lastLines(1)).toEqual(["last, without an end"]);
    expect(await engine.members()).toHaveLength(1);
  });

  test("may go on talking, and is heard, until it ends too", async () => {
    const folder = await freshFolder();
    const engine = await start(`${gate}; (read x <&3; echo late; read x <&3) & kill -9 $$`, { cwd: folder });
    await engine.exited;
    await writeFile(path.join(folder, "go"), "\n");
    await lineOf(engine, "late");
    expect(await engine.transcript()).toBe("late\n");
  });
});

describe("a signal", () => {
  test("goes to nobody who has the pid of a member, but is another", async () => {
    const engine = await start("trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done");
    await lineOf(engine, "up");
    const row = { ...engine.identity, started: "1", parent: 1, group: 7, session: 7 };
    await signalMembers([row], 7_777_777, "SIGKILL");
    await signalMembers([{ ...row, ...engine.identity }], 7_777_777, "SIGTERM");
    expect(await engine.exited).toEqual({ code: 7, signal: null });
  });

  test.each([0, 1, -1])("goes never to %i, whatever is said to belong to an engine", async (group) => {
    const row = { pid: process.pid, started: "1", parent: 1, group, session: group };
    await expect(signalMembers([row], group, "SIGCONT")).rejects.toThrow("Not a process to signal");
  });
});

describe("the log", () => {
  test("is the user's alone, is appended to, and a life sees its own part", async () => {
    const logFile = path.join(await freshFolder(), "logs", "engine.log");
    await mkdir(path.dirname(logFile), { mode: 0o700 });
    await writeFile(logFile, "", { mode: 0o644 });
    const first = await start("echo one; exit 0", { logFile });
    await first.exited;
    const second = await start("echo two; exit 0", { logFile });
    await second.exited;
    expect(await readFile(logFile, "utf8")).toBe("one\ntwo\n");
    expect(second.lastLines(10)).toEqual(["two"]);
    expect(await second.transcript()).toBe("two\n");
    expect((await stat(logFile)).mode & 0o777).toBe(0o600);
  });

  test("of 50 MB at once is read whole, every line once", async () => {
    const lines = 500_000;
    const line = "x".repeat(90);
    const engine = await start(`exec seq -f '%07.0f ${line}' ${lines}`, { logLimitBytes: Infinity });
    let heard = 0;
    let inOrder = true;
    engine.listen((text) => {
      heard += 1;
      inOrder &&= Number(text.slice(0, 7)) === heard;
    });
    expect(await engine.exited).toEqual({ code: 0, signal: null });
    expect({ heard, inOrder }).toEqual({ heard: lines, inOrder: true });
    expect(engine.lastLines(1e9)).toHaveLength(2_000);
    expect((await engine.transcript()).length).toBe(4 << 20);
  });

  test("is rotated while its writers go on, the reader keeps its place, and three older parts are kept", async () => {
    const folder = await freshFolder();
    const logFile = path.join(folder, "engine.log");
    // Each part is written at once (cat does up to 128 KiB), as only a write during the cut itself may be lost.
    const script = 'for part in 1 2 3 4 5 6 7; do seq -f "$part %06.0f" 10000 > part; cat part; read x <&3; done';
    const engine = await start(`${gate}; ${script}; echo end`, { cwd: folder, logFile, logLimitBytes: 60_000 });
    const heard: string[] = [];
    engine.listen((line) => heard.push(line));
    for (let part = 1; part <= 7; part++) {
      await waitFor("the part to be read", () => heard.length >= part * 10_000);
      await waitFor("the log to be rotated", async () => (await stat(logFile)).size === 0);
      await writeFile(path.join(folder, "go"), "\n");
    }
    expect(await engine.exited).toEqual({ code: 0, signal: null });
    expect(heard).toHaveLength(7 * 10_000 + 1);
    expect(new Set(heard).size).toBe(heard.length);
    expect((await readdir(folder)).filter((name) => name.startsWith("engine")).toSorted()).toEqual([
      "engine.log",
      "engine.log.1",
      "engine.log.2",
      "engine.log.3",
    ]);
    expect((await stat(`${logFile}.1`)).mode & 0o777).toBe(0o600);
    const transcript = await engine.transcript();
    expect(transcript.startsWith("7 000001\n")).toBe(true);
    expect(transcript.endsWith("7 010000\nend\n")).toBe(true);
    expect(engine.logFault).toBeNull();
  });

  test("that is emptied by somebody else is read on from its new beginning", async () => {
    const folder = await freshFolder();
    const logFile = path.join(folder, "engine.log");
    const engine = await start(`${gate}; echo before; read x <&3; echo new; exit 0`, { cwd: folder, logFile });
    await lineOf(engine, "before");
    await writeFile(logFile, "");
    await writeFile(path.join(folder, "go"), "\n");
    await engine.exited;
    expect(engine.lastLines(2)).toEqual(["before", "new"]);
  });

  test("that cannot be rotated is read on, and says what is wrong", async () => {
    const folder = await freshFolder();
    const logFile = path.join(folder, "engine.log");
    const engine = await start(`${gate}; read x <&3; seq 2000; read x <&3; exit 0`, {
      cwd: folder,
      logFile,
      logLimitBytes: 1_000,
    });
    await waitFor("the script", async () => (await readdir(folder)).includes("go"));
    // A folder with something in it cannot be replaced by a file.
    for (const part of [1, 2, 3]) await mkdir(path.join(`${logFile}.${part}`, "full"), { recursive: true });
    await writeFile(path.join(folder, "go"), "\n");
    await waitFor("the fault", () => engine.logFault);
    expect(engine.logFault).toContain("cannot be read or rotated");
    await writeFile(path.join(folder, "go"), "\n");
    await engine.exited;
    expect(engine.lastLines(1)).toEqual(["2000"]);
  });
});

test("100 starts and kills leave no process and no open file", async () => {
  const files = await openFiles();
  for (let cycle = 0; cycle < 100; cycle++) {
    const engine = await start("sleep 600 & setsid sleep 600 & echo up; wait");
    if (cycle % 3 === 0) await lineOf(engine, "up");
    if (cycle % 2 === 0) process.kill(engine.identity.pid, "SIGKILL");
    await engine.stop({ graceMs: cycle % 5 === 0 ? 10_000 : 0 });
    expect(await engine.members()).toEqual([]);
    started.splice(0);
  }
  expect(await openFiles()).toBe(files);
});

async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}
